using Aldis.Events;

namespace Aldis.Transports;

/// <summary>One member of a group. Its table of unsettled deliveries is the lease: a token that is not in it is refused.</summary>
/// <param name="group">The group.</param>
/// <param name="topics">Finds the topics of what is published.</param>
/// <param name="inbox">What was handled.</param>
/// <param name="schedule">What is to be published later.</param>
/// <param name="gone">Told when it is disposed.</param>
internal sealed class MemoryReceiver(
    MemoryGroup group, Func<TopicName, MemoryTopic> topics, MemoryInbox inbox, MemorySchedule schedule, Action<MemoryReceiver> gone) : IReceiver
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Waiting> _unsettled = [];
    private readonly CancellationTokenSource _disposed = new();
    private long _lastToken;
    private Waiting[] _taken = [];

    public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        if (_taken.Length < buffer.Length)
        {
            _taken = new Waiting[buffer.Length];
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _disposed.Token);
        var count = await group.TakeAsync(this, _taken.AsMemory(0, buffer.Length), either.Token).ConfigureAwait(false);
        lock (_gate)
        {
            if (_disposed.IsCancellationRequested)
            {
                group.Return(_taken.Take(count));

                // Not the token that is linked to it: that one may come to know a moment later, and what was returned would be handed out here as well.
                _disposed.Token.ThrowIfCancellationRequested();
            }

            for (var index = 0; index < count; index++)
            {
                var waiting = _taken[index];
                buffer.Span[index] = new Delivery(waiting.Envelope, waiting.Attempts + 1, null, ++_lastToken);
                _unsettled.Add(_lastToken, waiting);
            }
        }

        return count;
    }

    public ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
    {
        List<Settlement>? refused = null;
        foreach (var settlement in batch.Span)
        {
            if (!Settle(settlement))
            {
                (refused ??= []).Add(settlement);
            }
        }

        return new(refused ?? (IReadOnlyList<Settlement>)[]);
    }

    public async ValueTask DisposeAsync()
    {
        await _disposed.CancelAsync().ConfigureAwait(false);
        lock (_gate)
        {
            group.Return(_unsettled.Values);
            _unsettled.Clear();
        }

        gone(this);
    }

    /// <summary>What this receiver holds.</summary>
    public Backlog Backlog()
    {
        lock (_gate)
        {
            return Transports.Backlog.Of([.. _unsettled.Values.Select(waiting => waiting.Envelope)]);
        }
    }

    private bool Settle(Settlement settlement)
    {
        Waiting waiting;
        lock (_gate)
        {
            if (!_unsettled.Remove(settlement.Delivery.Token, out waiting))
            {
                return false;
            }
        }

        foreach (var envelope in settlement.Published)
        {
            topics(envelope.Topic).Publish([envelope]);
        }

        schedule.Add(settlement.Scheduled ?? []);
        if (settlement.Remember is { } keep)
        {
            inbox.Remember(new InboxEntry(group.Name, waiting.Envelope.Id, keep));
        }

        Conclude(settlement.Verdict, waiting);
        return true;
    }

    private void Conclude(Verdict verdict, Waiting waiting)
    {
        switch (verdict.Kind)
        {
            case VerdictKind.Done:
                group.Done(waiting);
                break;
            case VerdictKind.Retry:
                group.Retry(waiting, verdict.After);
                break;
            case VerdictKind.Dead:
                group.Bury(waiting, verdict);
                break;
            case VerdictKind.Return:
                group.Return([waiting]);
                break;
        }
    }
}
