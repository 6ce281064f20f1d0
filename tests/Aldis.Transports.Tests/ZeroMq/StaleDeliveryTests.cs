using System.Threading.Channels;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;
using Aldis.ZeroMq;

namespace Aldis.Transports.Tests.ZeroMq;

/// <summary>
/// An event that a ledger has handed out before an earlier one of its key was to be tried again, and that nobody has received yet, was once given to whoever received next: before the earlier one. Then
/// it went back by itself, which made whatever else of its key had come by then go back as well, the earlier one with it, and so on.
/// </summary>
public sealed class StaleDeliveryTests : IAsyncDisposable
{
    private readonly ScriptedLedger _ledger = new();
    private readonly StoredReceiver _receiver;
    private readonly Delivery[] _buffer = new Delivery[8];

    public StaleDeliveryTests() => _receiver = new StoredReceiver(new ReceiverSpec(TopicName.Parse("noted"), GroupName.Parse("readers"), 8), _ledger, _ => { }, _ => { });

    public ValueTask DisposeAsync() => _receiver.DisposeAsync();

    [Fact(Timeout = 60_000)]
    public async Task What_lies_unseen_when_an_earlier_event_of_its_key_is_to_come_again_goes_back_in_the_same_step()
    {
        var first = await ReceiveFirstAsync();
        _ledger.AfterSettling = () => _ledger.HandOut("first", "k");

        Assert.Empty(await _receiver.SettleAsync(new[] { Retry(first) }, TestContext.Current.CancellationToken));
        _ledger.HandOut("of another key", "o");

        Assert.Equal(["first", "of another key"], await ReceiveAsync(2));
        Assert.Equal([("first", VerdictKind.Retry), ("second", VerdictKind.Return)], Assert.Single(_ledger.Settled));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_key_is_held_until_its_verdict_is_kept()
    {
        var first = await ReceiveFirstAsync();
        _ledger.Failures = 1;

        await Assert.ThrowsAsync<TransportException>(() => _receiver.SettleAsync(new[] { Retry(first) }, TestContext.Current.CancellationToken).AsTask());
        _ledger.HandOut("third", "k");
        _ledger.HandOut("of another key", "o");

        Assert.Equal(["of another key"], await ReceiveAsync(1));
        await _receiver.SettleAsync(new[] { Retry(first) }, TestContext.Current.CancellationToken);
        Assert.Equal([("first", VerdictKind.Retry), ("second", VerdictKind.Return), ("third", VerdictKind.Return)], Assert.Single(_ledger.Settled));
        _ledger.HandOut("first", "k");
        Assert.Equal(["first"], await ReceiveAsync(1));
    }

    private static Settlement Retry(Delivery delivery) => new(delivery, Verdict.Retry(TimeSpan.Zero), []);

    /// <summary>Receives the first event of a key. The second has come of the ledger by then, or is about to.</summary>
    private async Task<Delivery> ReceiveFirstAsync()
    {
        _ledger.HandOut("first", "k");
        Assert.Equal(1, await _receiver.ReceiveAsync(_buffer, TestContext.Current.CancellationToken));
        _ledger.HandOut("second", "k");
        await Until.TrueAsync(() => _ledger.HandedOut == 2);
        return _buffer[0];
    }

    private async Task<string[]> ReceiveAsync(int count)
    {
        var seen = new List<Delivery>();
        while (seen.Count < count)
        {
            var came = await _receiver.ReceiveAsync(_buffer, TestContext.Current.CancellationToken);
            seen.AddRange(_buffer[..came]);
        }

        return [.. seen.Select(one => one.Envelope.Source)];
    }

    /// <summary>Hands out what it is told to, to whoever has it.</summary>
    private sealed class ScriptedLedger : IReceiver
    {
        private readonly Channel<Delivery> _ready = Channel.CreateUnbounded<Delivery>();
        private int _handedOut;

        public int HandedOut => Volatile.Read(ref _handedOut);

        public int Failures { get; set; }

        public Action AfterSettling { get; set; } = () => { };

        public List<(string Source, VerdictKind Kind)[]> Settled { get; } = [];

        public void HandOut(string source, string key) => _ready.Writer.TryWrite(new Delivery(Envelopes.Make("") with { Source = source, Key = key }, 1, null, HandedOut));

        public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
        {
            var delivery = await _ready.Reader.ReadAsync(cancel);
            buffer.Span[0] = delivery;
            Interlocked.Increment(ref _handedOut);
            return 1;
        }

        public ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
        {
            if (Failures-- > 0)
            {
                throw new TransportException(new Fault(ErrorCodes.ZeroMqNotSettled, "The disk is away."));
            }

            Settled.Add([.. batch.ToArray().Select(one => (one.Delivery.Envelope.Source, one.Verdict.Kind))]);
            AfterSettling();
            return new([]);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
