using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Testing.Running;

/// <summary>A way out of a topic of a <see cref="TestTransport"/>. Its table of deliveries is the lease, as its process sees it.</summary>
internal sealed class TestReceiver(TestTransport transport, World world, IReceiver inner, ReceiverSpec spec) : IReceiver
{
    private readonly ConcurrentDictionary<long, Lease> _held = new();

    /// <summary>What was lost, by the token, and is at work all the same.</summary>
    private readonly ConcurrentDictionary<long, bool> _lost = new();

    private string Group { get; } = spec.IsPrivate ? Aldis.Group.EachInstance : spec.Group.Value;

    /// <summary>How many deliveries the process has in hand although it has lost them: others may have them too.</summary>
    public int Lost => _lost.Count;

    /// <summary>Whether it serves a group of a topic.</summary>
    public bool Serves(TopicName topic, GroupName group) => spec.Topic == topic && spec.Group == group;

    public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        try
        {
            var count = await inner.ReceiveAsync(buffer, cancel).ConfigureAwait(false);
            for (var index = 0; index < count; index++)
            {
                Hold(buffer.Span[index]);
            }

            return count;
        }
        catch (OperationCanceledException) when (transport.IsDead)
        {
            // A dead process receives nothing, and does not know it.
            await new TaskCompletionSource<int>().Task.WaitAsync(cancel).ConfigureAwait(false);
            throw;
        }
    }

    public async ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
    {
        var refused = new List<Settlement>();
        foreach (var settlement in batch.ToArray())
        {
            if (transport.IsDead || !await SettleAsync(settlement, cancel).ConfigureAwait(false))
            {
                refused.Add(settlement);
            }
        }

        return refused;
    }

    public async ValueTask DisposeAsync()
    {
        transport.Forget(this);
        foreach (var lease in _held.Values)
        {
            lease.Dispose();
        }

        await inner.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What it held comes again, and counts as an attempt: it had been handed out.</summary>
    public async ValueTask DieAsync()
    {
        foreach (var token in _held.Keys.Order())
        {
            await LoseAsync(token).ConfigureAwait(false);
        }

        await inner.DisposeAsync().ConfigureAwait(false);
    }

    private void Hold(Delivery delivery)
    {
        var lease = new Lease(delivery);
        _held[delivery.Token] = lease;
        if (world.Faults.Take(FaultKinds.LoseLease, delivery.Envelope, Group) is not { } fate)
        {
            return;
        }

        NoteFault(delivery, fate.Span is { } span ? $"its lease runs out after {span}" : "its lease runs out before it is settled");
        lease.IsLostWhenSettled = fate.Span is null;
        if (fate.Span is { } after)
        {
            lease.Timer = world.Clock.CreateTimer(_ => _ = RunOutAsync(delivery), null, after, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>The lease ends while the handler is at work. In memory nothing is waited for.</summary>
    private async Task RunOutAsync(Delivery delivery)
    {
        if (await LoseAsync(delivery.Token).ConfigureAwait(false))
        {
            world.Movement.Tell();
        }
    }

    private async ValueTask<bool> LoseAsync(long token)
    {
        if (!_held.TryRemove(token, out var lease))
        {
            return false;
        }

        // First, so that nobody who counts finds too few.
        _lost[token] = true;
        lease.Dispose();
        await inner.SettleAsync(new[] { new Settlement(lease.Delivery, Verdict.Retry(TimeSpan.Zero), []) }, CancellationToken.None).ConfigureAwait(false);
        return true;
    }

    /// <returns>False where the lease was lost: nothing of the settlement happens.</returns>
    private async ValueTask<bool> SettleAsync(Settlement settlement, CancellationToken cancel)
    {
        var (delivery, verdict, published) = settlement;
        var isHandled = verdict.Kind == VerdictKind.Done && world.Handlers.TakeHandled(delivery.Envelope.Id, Group);
        if (!_held.TryGetValue(delivery.Token, out var lease) || await BefallsAsync(lease, isHandled).ConfigureAwait(false))
        {
            _lost.TryRemove(delivery.Token, out _);
            return false;
        }

        _held.TryRemove(delivery.Token, out _);
        lease.Dispose();
        var stripped = settlement with { Published = [] };
        if ((await inner.SettleAsync(new[] { stripped }, cancel).ConfigureAwait(false)).Count > 0)
        {
            return false;
        }

        Note(settlement, isHandled);
        foreach (var envelope in published)
        {
            await world.ArriveAsync(envelope, cancel).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Whether a fault keeps the settlement from being stored.</summary>
    private async ValueTask<bool> BefallsAsync(Lease lease, bool isHandled)
    {
        if (lease.IsLostWhenSettled)
        {
            return await LoseAsync(lease.Delivery.Token).ConfigureAwait(false);
        }

        if (isHandled && world.Faults.Take(FaultKinds.CrashAfterHandling, lease.Delivery.Envelope, Group) is not null)
        {
            NoteFault(lease.Delivery, "the process dies when it is handled, before that is stored");
            world.Crash(transport, static () => ValueTask.CompletedTask);
            return true;
        }

        return false;
    }

    private void Note(Settlement settlement, bool isHandled)
    {
        var (delivery, verdict, _) = settlement;
        HappeningKind? kind = verdict.Kind switch
        {
            VerdictKind.Done => isHandled ? HappeningKind.Handled : HappeningKind.Skipped,
            VerdictKind.Retry => HappeningKind.Failed,
            VerdictKind.Dead => HappeningKind.DeadLettered,
            _ => null,
        };
        if (kind is { } happened)
        {
            world.History.Add(happened, delivery.Envelope, Group, delivery.Attempt, verdict.Reason, verdict.Error);
        }

        foreach (var later in settlement.Scheduled ?? [])
        {
            world.History.Add(HappeningKind.Scheduled, later.Envelope);
            world.LookAtSchedule();
        }
    }

    private void NoteFault(Delivery delivery, string what) => world.History.Add(HappeningKind.Fault, delivery.Envelope, Group, delivery.Attempt, what);

    private sealed class Lease(Delivery delivery) : IDisposable
    {
        public Delivery Delivery => delivery;

        public bool IsLostWhenSettled { get; set; }

        public ITimer? Timer { get; set; }

        public void Dispose() => Timer?.Dispose();
    }
}
