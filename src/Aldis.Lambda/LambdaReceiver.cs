using System.Threading.Channels;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Lambda;

/// <summary>A member of a group that gets what a function is called with. Bounded: where the group does not keep up, the function waits.</summary>
internal sealed class LambdaReceiver(ReceiverSpec spec, Action<LambdaReceiver> gone) : IReceiver
{
    private readonly Channel<Delivery> _offered = Channel.CreateBounded<Delivery>(spec.MaxUnsettled);
    private readonly CancellationTokenSource _disposing = new();

    /// <summary>Has an event handled.</summary>
    /// <returns>Whether it is done; false also where the wait was ended, or the receiver is disposed.</returns>
    public async Task<bool> OfferAsync(Envelope envelope, int attempt, CancellationToken cancel)
    {
        var outcome = new Outcome();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _disposing.Token);
        await using var ending = either.Token.Register(() => outcome.TrySetResult(false)).ConfigureAwait(false);
        try
        {
            await _offered.Writer.WriteAsync(new Delivery(envelope, attempt, outcome, 0), either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        return await outcome.Task.ConfigureAwait(false);
    }

    public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _disposing.Token);
        var count = 0;
        while (count == 0)
        {
            await _offered.Reader.WaitToReadAsync(either.Token).ConfigureAwait(false);
            while (count < buffer.Length && _offered.Reader.TryRead(out var delivery))
            {
                buffer.Span[count] = delivery;

                // Nobody waits any more for what was given up meanwhile.
                count += ((Outcome)delivery.Lease!).Task.IsCompleted ? 0 : 1;
            }
        }

        return count;
    }

    public ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
    {
        List<Settlement>? refused = null;
        foreach (var settlement in batch.Span)
        {
            if (settlement.Delivery.Lease is not Outcome outcome || !outcome.TrySetResult(settlement.Verdict.Kind == VerdictKind.Done))
            {
                (refused ??= []).Add(settlement);
            }
        }

        return new(refused ?? (IReadOnlyList<Settlement>)[]);
    }

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync().ConfigureAwait(false);
        gone(this);
    }

    private sealed class Outcome() : TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
}
