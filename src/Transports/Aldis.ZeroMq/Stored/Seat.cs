using System.Threading.Channels;
using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>
/// The place of a member of another process at the ledger: a receiver of the ledger, whose deliveries go over the wire, and to which verdicts come back. With it come order by key, attempts, delays
/// and fencing: the ledger has them. Disposing returns what the member has not settled.
/// </summary>
internal sealed class Seat : IAsyncDisposable
{
    /// <summary>More calls than a member makes at a time.</summary>
    private const int MaxCalls = 64;

    /// <summary>A message is cut here, unless a single event is larger.</summary>
    private const int UsualBytes = 64 * 1024;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Delivery> _out = [];
    private readonly Channel<byte[]> _calls = Channel.CreateBounded<byte[]>(MaxCalls);
    private readonly Action<byte[]> _send;
    private readonly Action<Exception> _failed;
    private readonly uint _session;
    private readonly Tap _tap;
    private readonly Task _settling;
    private long _next;
    private long _asked;

    /// <summary>Takes the place; there is no credit yet.</summary>
    /// <param name="receiver">The receiver of the ledger.</param>
    /// <param name="spec">Whose it is.</param>
    /// <param name="session">The session.</param>
    /// <param name="send">Sends a message to the member.</param>
    /// <param name="failed">Told when the ledger cannot hand out, or the member says what cannot be read.</param>
    public Seat(IReceiver receiver, ReceiverSpec spec, uint session, Action<byte[]> send, Action<Exception> failed)
    {
        (Spec, _session, _send, _failed) = (spec, session, send, failed);
        _tap = new Tap(receiver, Deliver, failed);
        _settling = SettleAllAsync();
    }

    /// <summary>Whose it is.</summary>
    public ReceiverSpec Spec { get; }

    /// <summary>How many deliveries the member holds.</summary>
    public int Held
    {
        get
        {
            lock (_gate)
            {
                return _out.Count;
            }
        }
    }

    /// <summary>The member says up to which number it takes deliveries. Whatever it says, it never holds more than is good for this process.</summary>
    public void Allow(long limit)
    {
        lock (_gate)
        {
            _asked = Math.Max(limit, 0);
        }

        AllowWhatIsAsked();
    }

    /// <summary>Takes a message with verdicts.</summary>
    /// <returns>False where the member has made more calls than it may.</returns>
    public bool TrySettle(byte[] message) => _calls.Writer.TryWrite(message);

    public async ValueTask DisposeAsync()
    {
        _calls.Writer.TryComplete();
        await _settling.ConfigureAwait(false);
        await _tap.DisposeAsync().ConfigureAwait(false);
    }

    private void Deliver(ReadOnlySpan<Delivery> deliveries)
    {
        var first = _next;
        lock (_gate)
        {
            foreach (var delivery in deliveries)
            {
                _out.Add(_next++, delivery);
            }
        }

        while (!deliveries.IsEmpty)
        {
            var count = Encode(deliveries, first);
            first += count;
            deliveries = deliveries[count..];
        }
    }

    private int Encode(ReadOnlySpan<Delivery> deliveries, long first)
    {
        var writer = new MessageWriter(MessageKind.Deliver, UsualBytes);
        writer.UInt32(_session);
        writer.Int64(first);
        var place = writer.Reserve();
        var count = 0;
        while (count < deliveries.Length && (count == 0 || writer.Length + EventRecord.SizeOf(deliveries[count].Envelope) < UsualBytes))
        {
            writer.UInt32((uint)deliveries[count].Attempt);
            EventRecord.Write(ref writer, deliveries[count++].Envelope);
        }

        writer.Fill(place, (uint)count);
        _send(writer.Finish());
        return count;
    }

    private async Task SettleAllAsync()
    {
        await foreach (var message in _calls.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await SettleAsync(SettleCall.Read(message)).ConfigureAwait(false);
            }
            catch (MalformedMessageException error)
            {
                _failed(error);
            }
        }
    }

    private async Task SettleAsync(SettleCall call)
    {
        if (call.Held.Length == 0)
        {
            await KeepAsync(call).ConfigureAwait(false);
            return;
        }

        // What is handed out before the verdicts is on its way before the answer, and what is handed out after them behind it: so the member knows one from the other.
        await _tap.HoldAsync().ConfigureAwait(false);
        try
        {
            await KeepAsync(call).ConfigureAwait(false);
        }
        finally
        {
            _tap.Release();
        }
    }

    private async Task KeepAsync(SettleCall call)
    {
        var (settlements, numbers, refused) = TakeOut(call);
        try
        {
            var late = settlements.Length == 0 ? [] : await _tap.SettleAsync(settlements, CancellationToken.None).ConfigureAwait(false);
            refused.AddRange(late.Select(one => numbers[Array.IndexOf(settlements, one)]));
            Answer(call.Number, Outcome.Kept, refused, null);
            AllowWhatIsAsked();
        }
        catch (TransportException error)
        {
            PutBack(settlements, numbers);
            Answer(call.Number, error.MayBeStored ? Outcome.PerhapsKept : Outcome.NotKept, [], error.Message);
        }
    }

    private void AllowWhatIsAsked()
    {
        long limit;
        lock (_gate)
        {
            limit = Math.Min(_asked, _next - _out.Count + Spec.MaxUnsettled);
        }

        _tap.Allow(limit);
    }

    /// <summary>What the member does not hold, because it has settled it before, is refused. What it has not looked at of a key that has to wait goes back with its verdicts.</summary>
    private (Settlement[] Settlements, long[] Numbers, List<long> Refused) TakeOut(SettleCall call)
    {
        var (found, numbers, refused) = (new List<Settlement>(call.Verdicts.Length), new List<long>(call.Verdicts.Length), new List<long>());
        lock (_gate)
        {
            foreach (var (number, verdict) in call.Verdicts)
            {
                if (_out.Remove(number, out var delivery))
                {
                    found.Add(new Settlement(delivery, verdict, []));
                    numbers.Add(number);
                }
                else
                {
                    refused.Add(number);
                }
            }

            foreach (var (key, from) in call.Held)
            {
                foreach (var number in _out.Where(one => one.Key >= from && one.Value.Envelope.Key == key).Select(one => one.Key).Order().ToArray())
                {
                    _out.Remove(number, out var delivery);
                    found.Add(new Settlement(delivery, Verdict.Return, []));
                    numbers.Add(number);
                }
            }
        }

        return ([.. found], [.. numbers], refused);
    }

    private void PutBack(Settlement[] settlements, long[] numbers)
    {
        lock (_gate)
        {
            for (var index = 0; index < settlements.Length; index++)
            {
                _out.Add(numbers[index], settlements[index].Delivery);
            }
        }
    }

    private void Answer(uint call, Outcome outcome, List<long> refused, string? reason)
    {
        var writer = new MessageWriter(MessageKind.Settled);
        writer.UInt32(_session);
        writer.UInt32(call);
        writer.Byte((byte)outcome);
        writer.LongText(reason, Messages.MaxReason);
        writer.UInt32((uint)refused.Count);
        foreach (var number in refused)
        {
            writer.Int64(number);
        }

        _send(writer.Finish());
    }
}
