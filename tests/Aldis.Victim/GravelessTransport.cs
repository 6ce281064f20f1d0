using System.Diagnostics;
using System.Globalization;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Victim;

/// <summary>A transport whose place for dead letters is away: says "tried SECONDS" whenever one is to be kept there.</summary>
internal sealed class GravelessTransport(ITransport inner) : ITransport, IDeadLetterStore
{
    public TransportFeatures Features => inner.Features;

    public ValueTask StartAsync(CancellationToken cancel) => inner.StartAsync(cancel);

    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => inner.OpenSenderAsync(topic, cancel);

    public async ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel) => new Receiver(await inner.OpenReceiverAsync(spec, cancel));

    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default) => ((IDeadLetterStore)inner).ListAsync(filter, cancel);

    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => ((IDeadLetterStore)inner).RedriveAsync(filter, cancel);

    public ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default) => ((IDeadLetterStore)inner).ReplaceAsync(letter, copy, cancel);

    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => ((IDeadLetterStore)inner).DiscardAsync(filter, cancel);

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private sealed class Receiver(IReceiver receiver) : IReceiver
    {
        public ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel) => receiver.ReceiveAsync(buffer, cancel);

        public ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
        {
            if (batch.ToArray().Any(settlement => settlement.Verdict.Kind == VerdictKind.Dead))
            {
                Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"tried {Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency:F3}"));
                throw new TransportException(new Fault(ErrorCodes.TransportFailed, "There is no room for dead letters."));
            }

            return receiver.SettleAsync(batch, cancel);
        }

        public ValueTask DisposeAsync() => receiver.DisposeAsync();
    }
}
