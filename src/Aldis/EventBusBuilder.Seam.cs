using System.ComponentModel;
using Aldis.Catalog;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Pipeline;
using Aldis.Transports;

namespace Aldis;

/// <summary>What generated code calls in the place of the calls that bind a method of any shape: everything is known, and nothing is looked up.</summary>
public sealed partial class EventBusBuilder
{
    /// <summary>Subscribes a handler that generated code has bound.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="group">The group.</param>
    /// <param name="handler">Calls the user's code and publishes its result.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="event">The event and its topic.</param>
    /// <param name="info">What the compiler knows of the handler.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public EventBusBuilder Subscribe<T>(
        string group, Func<T, EventContext, ValueTask> handler, SubscriptionOptions? options, EventDeclaration<T> @event, HandlerInfo info)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Subscribe(group, Decoding(handler), options, @event, info);
    }

    /// <summary>Subscribes a method of a class that generated code has bound. The object is a service, or is built for each delivery and disposed after it.</summary>
    /// <typeparam name="TTarget">The class.</typeparam>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="group">The group.</param>
    /// <param name="build">Builds the object from the services.</param>
    /// <param name="handler">Calls the method and publishes its result.</param>
    /// <param name="options">How it is run.</param>
    /// <param name="event">The event and its topic.</param>
    /// <param name="info">What the compiler knows of the handler.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public EventBusBuilder Subscribe<TTarget, T>(string group, Func<IServiceProvider, TTarget> build, Func<TTarget, T, EventContext, ValueTask> handler,
        SubscriptionOptions? options, EventDeclaration<T> @event, HandlerInfo info)
        where TTarget : class
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(build);
        ArgumentNullException.ThrowIfNull(handler);
        return Subscribe(group, context => OnTargetAsync(build, handler, context), options, @event, info);
    }

    /// <summary>Notes what the compiler found wrong with a handler; it is listed when the bus starts.</summary>
    /// <param name="code">The code of the error: ALD1201 or ALD1202.</param>
    /// <param name="what">What is wrong.</param>
    /// <param name="why">Why it cannot be.</param>
    /// <param name="remedy">What to do.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public EventBusBuilder Refuse(string code, string what, string? why, string? remedy = null)
    {
        var found = ErrorCodes.All.First(known => known.Id == code);
        return Say(() => _subscriptions.Add(() => throw new AldisException(new Fault(found, what, why, remedy))));
    }

    /// <summary>Learns what an assembly declares and publishes.</summary>
    /// <param name="module">The assembly's own.</param>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public EventBusBuilder Know(HandlerModule module)
    {
        ArgumentNullException.ThrowIfNull(module);
        return Say(() => Learn(module));
    }

    private EventBusBuilder Subscribe<T>(string group, Handler handler, SubscriptionOptions? options, EventDeclaration<T> @event, HandlerInfo info)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(@event);
        ArgumentNullException.ThrowIfNull(info);
        return Say(() =>
        {
            Learn(info.Module);
            _subscriptions.Add(() => new Subscription(
                @event.Add(_registry), GroupName.Parse(group), handler, options ?? SubscriptionOptions.Unsaid, info.Origin, info.Services)
            {
                Place = info.Place,
                Publishes = [.. info.Publishes.Select(declaration => declaration.AddTo(_registry))],
            });
        });
    }

    private async ValueTask<Verdict> OnTargetAsync<TTarget, T>(
        Func<IServiceProvider, TTarget> build, Func<TTarget, T, EventContext, ValueTask> handler, EventContext context)
        where TTarget : class
    {
        var @event = Codec.Decode<T>(context.Envelope.Body);
        var target = HandlerTarget.Of(build, context.Services);
        await using (target.ConfigureAwait(false))
        {
            await handler((TTarget)target.Value!, @event, context).ConfigureAwait(false);
        }

        return Verdict.Done;
    }

    private void Learn(HandlerModule? module)
    {
        if (module is not null && _modules.Add(module))
        {
            foreach (var declaration in module.Events)
            {
                _registry.Know(declaration);
            }
        }
    }
}
