using System.Threading.Channels;
using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;
using Aldis.ZeroMq;

namespace Aldis.Transports.Tests.ZeroMq;

/// <summary>
/// An event that a ledger has handed out before an earlier one of its key was to be tried again, and that nobody has received yet, was once given to whoever received next: before the earlier one.
/// </summary>
public sealed class StaleDeliveryTests
{
    [Fact]
    public async Task What_lies_unseen_when_an_earlier_event_of_its_key_is_to_come_again_goes_back()
    {
        var ledger = new ScriptedLedger();
        await using var receiver = new StoredReceiver(new ReceiverSpec(TopicName.Parse("noted"), GroupName.Parse("readers"), 8), ledger, _ => { }, _ => { });
        var buffer = new Delivery[8];
        ledger.HandOut("first", "k");
        Assert.Equal(1, await receiver.ReceiveAsync(buffer, TestContext.Current.CancellationToken));
        var first = buffer[0];
        ledger.HandOut("second", "k");
        await Until.TrueAsync(() => ledger.HandedOut == 2);

        Assert.Empty(await receiver.SettleAsync(new[] { new Settlement(first, Verdict.Retry(TimeSpan.Zero), []) }, TestContext.Current.CancellationToken));
        ledger.HandOut("of another key", "o");
        ledger.HandOut("first", "k");

        var seen = new List<Delivery>();
        while (seen.Count < 2)
        {
            var count = await receiver.ReceiveAsync(buffer, TestContext.Current.CancellationToken);
            seen.AddRange(buffer[..count]);
        }

        Assert.Equal(["of another key", "first"], seen.Select(one => one.Envelope.Source));
        await Until.TrueAsync(() => ledger.Settled.Count == 2);
        Assert.Equal(("second", VerdictKind.Return), (ledger.Settled[1].Delivery.Envelope.Source, ledger.Settled[1].Verdict.Kind));
    }

    /// <summary>Hands out what it is told to, to whoever has it.</summary>
    private sealed class ScriptedLedger : IReceiver
    {
        private readonly Channel<Delivery> _ready = Channel.CreateUnbounded<Delivery>();
        private readonly List<Settlement> _settled = [];
        private int _handedOut;

        public int HandedOut => Volatile.Read(ref _handedOut);

        public IReadOnlyList<Settlement> Settled
        {
            get
            {
                lock (_settled)
                {
                    return [.. _settled];
                }
            }
        }

        public void HandOut(string source, string key) => _ready.Writer.TryWrite(new Delivery(Envelopes.Make("") with { Source = source, Key = key }, 1, null, 0));

        public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
        {
            var delivery = await _ready.Reader.ReadAsync(cancel);
            buffer.Span[0] = delivery;
            Interlocked.Increment(ref _handedOut);
            return 1;
        }

        public ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
        {
            lock (_settled)
            {
                _settled.AddRange(batch.Span);
            }

            return new([]);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
