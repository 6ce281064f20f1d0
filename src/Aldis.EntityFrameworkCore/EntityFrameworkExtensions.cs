using Aldis.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore;

namespace Aldis;

/// <summary>Adds Aldis to a context of Entity Framework.</summary>
public static class EntityFrameworkExtensions
{
    /// <summary>
    /// Has <c>SaveChanges</c> publish what was raised (<see cref="PublishOnSave{T}(DbContext, T, PublishOptions?)"/>, <see cref="IRaiseEvents"/>) in the transaction in which it writes: both are
    /// committed, or neither. The bus has its transport or its ledger in the database of the context, for example <c>bus.UsePostgreSqlLedger</c>.
    /// </summary>
    /// <remarks>
    /// Where no transaction is open, <c>SaveChanges</c> begins one and commits it, if there is anything to publish. With <c>EnableRetryOnFailure</c> begin it yourself, inside
    /// <c>Database.CreateExecutionStrategy().ExecuteAsync</c>. If publishing or the commit fails, the transaction is rolled back, while the context believes that it has saved: throw it away, as
    /// after any commit that failed. <c>SaveChanges</c> without <c>Async</c> blocks its thread while it publishes.
    /// </remarks>
    /// <param name="options">The options of the context.</param>
    /// <param name="bus">The bus; it runs when something is saved.</param>
    /// <param name="signals">Signals around the save. Default: none.</param>
    public static DbContextOptionsBuilder UseAldis(this DbContextOptionsBuilder options, IEventBus bus, SaveSignals? signals = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(bus);
        return options.AddInterceptors(new SaveInterceptor(bus, signals ?? new SaveSignals()));
    }

    /// <inheritdoc cref="UseAldis(DbContextOptionsBuilder, IEventBus, SaveSignals?)"/>
    /// <typeparam name="TContext">The context.</typeparam>
    public static DbContextOptionsBuilder<TContext> UseAldis<TContext>(this DbContextOptionsBuilder<TContext> options, IEventBus bus, SaveSignals? signals = null) where TContext : DbContext
    {
        UseAldis((DbContextOptionsBuilder)options, bus, signals);
        return options;
    }

    /// <summary>Publishes an event with the next <c>SaveChanges</c> of the context, in its transaction.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="context">The context, with <see cref="UseAldis(DbContextOptionsBuilder, IEventBus, SaveSignals?)"/>.</param>
    /// <param name="event">The event.</param>
    /// <param name="options">Its id, key, headers and time, where they are not the usual ones.</param>
    public static void PublishOnSave<T>(this DbContext context, T @event, PublishOptions? options = null) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(context);
        ContextEvents.Of(context).Add(@event, options);
    }

    /// <summary>Publishes an event with the next <c>SaveChanges</c> of the context, made when the rows are written: then entities have the keys that the database gave them.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="context">The context, with <see cref="UseAldis(DbContextOptionsBuilder, IEventBus, SaveSignals?)"/>.</param>
    /// <param name="make">Makes the event.</param>
    /// <param name="options">Its id, key, headers and time, where they are not the usual ones.</param>
    public static void PublishOnSave<T>(this DbContext context, Func<T> make, PublishOptions? options = null) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(context);
        ContextEvents.Of(context).AddLater(make, options);
    }
}
