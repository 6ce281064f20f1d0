using System.Collections.Concurrent;
using System.Data.Common;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Pipeline;

/// <summary>
/// The inbox of one group, with what this process is handling just now: of two copies that come at the same time, the second waits for the verdict of the
/// first.
/// </summary>
internal sealed class GroupInbox(IInbox store, GroupName group, TimeSpan keep)
{
    /// <summary>By event: whether it turned out to be handled. An event stays here until its settlement is stored, and so in the inbox.</summary>
    private readonly ConcurrentDictionary<EventId, TaskCompletionSource<bool>> _open = new();

    /// <summary>How long a handled event is remembered.</summary>
    public TimeSpan Keep => keep;

    /// <summary>Begins to handle an event, unless it is handled already. Whoever has begun says how it ended.</summary>
    /// <returns>Whether it is to be handled.</returns>
    public async ValueTask<bool> TryBeginAsync(EventId id, CancellationToken cancel)
    {
        while (true)
        {
            var mine = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
            var open = _open.GetOrAdd(id, mine);
            if (open == mine)
            {
                return await BeginAsync(id, cancel).ConfigureAwait(false);
            }

            if (await open.Task.WaitAsync(cancel).ConfigureAwait(false))
            {
                return false;
            }
        }
    }

    /// <summary>Enters an event in a transaction of the user.</summary>
    /// <returns>False where it is there already.</returns>
    public ValueTask<bool> TryEnterAsync(DbTransaction transaction, EventId id, CancellationToken cancel) => store is ITransactionStore transactions
        ? transactions.TryEnterInboxAsync(transaction, new InboxEntry(group, id, keep), cancel)
        : throw new AldisException(new Fault(ErrorCodes.MissingFeature, $"The inbox of the group '{group}' is in no database that a transaction of yours could reach.",
            Remedy: "Use a transport or a ledger in your database, for example bus.UseSqlite with SqliteOptions.ShareFile."));

    /// <summary>It is handled; its settlement is on its way.</summary>
    public void Handled(EventId id) => _open[id].TrySetResult(true);

    /// <summary>It is not handled.</summary>
    public void GiveUp(EventId id)
    {
        if (_open.TryRemove(id, out var open))
        {
            open.TrySetResult(false);
        }
    }

    /// <summary>Its settlement is stored, or never will be.</summary>
    public void Forget(EventId id) => _open.TryRemove(id, out _);

    private async ValueTask<bool> BeginAsync(EventId id, CancellationToken cancel)
    {
        var isNew = false;
        try
        {
            return isNew = !await store.ContainsAsync(group, id, cancel).ConfigureAwait(false);
        }
        finally
        {
            if (!isNew)
            {
                GiveUp(id);
            }
        }
    }
}
