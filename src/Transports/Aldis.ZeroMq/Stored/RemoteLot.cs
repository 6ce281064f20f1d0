using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>Deliveries of another process, still as they came: whoever receives them reads them, and not the poller's thread.</summary>
internal sealed class RemoteLot : Lot
{
    private readonly Session _session;
    private readonly ReadOnlyMemory<byte> _message;
    private int _place;
    private int _left;
    private long _number;

    private RemoteLot(Session session, ReadOnlyMemory<byte> message, int place, int count, long first)
        => (_session, _message, _place, _left, _number) = (session, message, place, count, first);

    /// <summary>How many there are.</summary>
    public int Count => _left;

    public override bool IsThrough => _left == 0 || _session.IsOver;

    /// <summary>Reads what stands before the deliveries.</summary>
    /// <exception cref="MalformedMessageException">It cannot be read.</exception>
    public static RemoteLot Of(Session session, byte[] message)
    {
        var reader = new MessageReader(message);
        reader.UInt32();
        var first = reader.Int64();
        var count = reader.Count(4 + EventRecord.LeastBytes);
        return new RemoteLot(session, message, message.Length - reader.Left, count, first);
    }

    public override int Take(Span<Delivery> buffer)
    {
        var reader = MessageReader.OfPart(_message[_place..]);
        var count = 0;
        try
        {
            while (count < buffer.Length && _left > 0)
            {
                var attempt = (int)reader.UInt32();
                var record = EventRecord.Next(ref reader);
                var number = _number++;
                _left--;
                if (_session.Read(record, number) is { } envelope)
                {
                    buffer[count++] = new Delivery(envelope, attempt, _session, number);
                }
            }
        }
        catch (MalformedMessageException)
        {
            // The lengths are wrong: nothing behind this can be found. Its publisher hands it to others when this session ends.
            _left = 0;
            _session.Distrust();
        }

        _place = _message.Length - reader.Left;
        return count;
    }
}
