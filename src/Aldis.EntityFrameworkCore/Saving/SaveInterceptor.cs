using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Storage;

namespace Aldis.EntityFrameworkCore;

/// <summary>
/// Stands around every save: asks, sees to it that there is a transaction where something is to be published, publishes in it when the rows are written, commits it if it was its own, and
/// tells. What has no events and no signals is saved as ever.
/// </summary>
internal sealed class SaveInterceptor(IEventBus bus, SaveSignals signals) : SaveChangesInterceptor
{
    private readonly ConditionalWeakTable<DbContext, OpenSave> _open = [];

    public override async ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } context)
        {
            await BeginAsync(context, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    public override async ValueTask<int> SavedChangesAsync(SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default)
    {
        if (eventData.Context is { } context && Take(context) is { } save)
        {
            await EndAsync(context, save, cancellationToken).ConfigureAwait(false);
        }

        return result;
    }

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default) => UndoAsync(eventData.Context);

    public override Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default) => UndoAsync(eventData.Context);

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
        => SavingChangesAsync(eventData, result).AsTask().GetAwaiter().GetResult();

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result) => SavedChangesAsync(eventData, result).AsTask().GetAwaiter().GetResult();

    public override void SaveChangesFailed(DbContextErrorEventData eventData) => UndoAsync(eventData.Context).GetAwaiter().GetResult();

    public override void SaveChangesCanceled(DbContextEventData eventData) => UndoAsync(eventData.Context).GetAwaiter().GetResult();

    private async ValueTask BeginAsync(DbContext context, CancellationToken cancel)
    {
        // A save of which nobody has told the end, because another interceptor threw.
        await UndoAsync(context).ConfigureAwait(false);
        var pairs = signals.All;
        var entities = pairs.Count > 0 ? await AskAsync(context, pairs, cancel).ConfigureAwait(false) : [];
        var events = ContextEvents.Waiting(context);
        if (events.Count > 0 || entities.Count > 0)
        {
            var own = events.Count > 0 && context.Database.CurrentTransaction is null ? await context.Database.BeginTransactionAsync(cancel).ConfigureAwait(false) : null;
            _open.AddOrUpdate(context, new OpenSave(entities, events, own));
            context.SaveChangesFailed -= OnFailed;
            context.SaveChangesFailed += OnFailed;
        }
    }

    /// <summary>Interceptors are not told that a save has failed for concurrency, but while its reader is open. This is told of every failure, when the statements are done.</summary>
    private void OnFailed(object? sender, SaveChangesFailedEventArgs failed)
    {
        if (sender is DbContext context)
        {
            Take(context)?.Own?.Dispose();
        }
    }

    private static async ValueTask<IReadOnlyList<SavedEntity>> AskAsync(DbContext context, IReadOnlyList<SavePair> pairs, CancellationToken cancel)
    {
        context.ChangeTracker.DetectChanges();
        var entries = context.ChangeTracker.Entries().Where(entry => entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted).ToArray();
        foreach (var entry in entries)
        {
            foreach (var pair in pairs)
            {
                if (await pair.AskAsync(entry, cancel).ConfigureAwait(false) is { } veto)
                {
                    throw new SaveRefusedException(entry.Metadata.DisplayName(), veto);
                }
            }
        }

        return [.. entries.Select(entry => new SavedEntity(entry.State, entry.Entity, context))];
    }

    private async ValueTask EndAsync(DbContext context, OpenSave save, CancellationToken cancel)
    {
        try
        {
            var waiting = save.Events.Select(events => (Events: events, events.Count)).ToArray();
            foreach (var raised in waiting.SelectMany(one => one.Events.Waiting.Take(one.Count)).ToArray())
            {
                await raised.PublishAsync(bus, context.Database.CurrentTransaction!.GetDbTransaction(), cancel).ConfigureAwait(false);
            }

            if (save.Own is not null)
            {
                await save.Own.CommitAsync(cancel).ConfigureAwait(false);
            }

            Array.ForEach(waiting, one => one.Events.Published(one.Count));
        }
        finally
        {
            if (save.Own is { } own)
            {
                // Rolls back what is not committed.
                await own.DisposeAsync().ConfigureAwait(false);
            }
        }

        foreach (var saved in save.Entities)
        {
            foreach (var pair in signals.All)
            {
                await pair.TellAsync(saved, cancel).ConfigureAwait(false);
            }
        }
    }

    private async Task UndoAsync(DbContext? context)
    {
        if (context is not null && Take(context) is { Own: { } own })
        {
            await own.DisposeAsync().ConfigureAwait(false);
        }
    }

    private OpenSave? Take(DbContext context)
    {
        if (_open.TryGetValue(context, out var save))
        {
            _open.Remove(context);
        }

        return save;
    }
}
