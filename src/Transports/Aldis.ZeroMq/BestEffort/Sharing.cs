using Aldis.Events;
using Microsoft.Extensions.Logging;
using NetMQ;
using NetMQ.Sockets;

namespace Aldis.ZeroMq;

/// <summary>
/// The publisher's side of a shared group at best effort: a PUSH, of which each member pulls what it can. What nobody takes at once waits in a bounded queue; what has no room there is dropped, and
/// counted. For the poller's thread.
/// </summary>
internal sealed class Sharing : IDisposable
{
    /// <summary>How many messages a socket holds for a member: few, so that one that is slow does not keep them from the others.</summary>
    public const int Messages = 16;

    private readonly PushSocket _socket = new();
    private readonly Queue<Parcel> _waiting = [];
    private readonly Sealer? _sealer;
    private readonly Poller _poller;
    private readonly EventHandler<NetMQSocketEventArgs> _onReady;
    private readonly TopicName _topic;
    private readonly GroupName _group;
    private readonly int _most;
    private readonly int _port;
    private readonly ILogger _log;
    private bool _isDropping;
    private bool _mayHaveLost;
    private int _queued;
    private long _sent;
    private long _reported;
    private (long Sent, long Reported) _before;
    private long _quietSince;

    public Sharing(TopicName topic, GroupName group, string host, ZeroMqOptions options, FleetKeys? keys, Poller poller, ILogger log)
    {
        (_topic, _group, _most, _poller, _log) = (topic, group, options.HighWatermark, poller, log);
        _onReady = poller.On(SendWaiting);
        _socket.Options.SendHighWatermark = Messages;
        _socket.Options.Linger = TimeSpan.Zero;
        keys?.Listen(_socket.Options);
        _sealer = keys is null ? null : new Sealer(keys);
        _port = _socket.BindRandomPort($"tcp://{host}");
        _poller.Add(_socket);
    }

    /// <summary>How many members there are.</summary>
    public int Members { get; private set; }

    public void Came() => Members++;

    /// <summary>Tells a member where it pulls.</summary>
    public byte[] Welcome(uint session) => Joined.Write(session, _port, 0, _sealer);

    public void Send(Parcel parcel)
    {
        parcel = _sealer is null ? parcel : parcel with { Message = _sealer.Seal(MessageKind.SealedAlone, [], parcel.Message) };
        if (_waiting.Count == 0 && TrySend(parcel))
        {
            return;
        }

        if (_queued + parcel.Count > _most)
        {
            Drop(parcel.Count);
            return;
        }

        _waiting.Enqueue(parcel);
        _queued += parcel.Count;
        if (_waiting.Count == 1)
        {
            _socket.SendReady += _onReady;
        }
    }

    /// <summary>A member says how many more events have come to it.</summary>
    public void Report(long more) => _reported += more;

    /// <summary>One of several members has gone, and may have taken events with it.</summary>
    public void Left()
    {
        Members--;
        _mayHaveLost = true;
    }

    /// <summary>What was sent before a member went and did not come anywhere, though nothing has moved for so long, is taken to be lost with it.</summary>
    public void Tick(long now, TimeSpan quiet)
    {
        if (_before != (_sent, _reported))
        {
            (_before, _quietSince) = ((_sent, _reported), now);
        }
        else if (_mayHaveLost && TimeProvider.System.GetElapsedTime(_quietSince, now) > quiet)
        {
            Drop(_sent - _reported);
            (_reported, _mayHaveLost) = (_sent, false);
        }
    }

    public void Dispose()
    {
        Drop(_queued + Math.Max(0, _sent - _reported));
        _poller.Remove(_socket);
        _sealer?.Dispose();
    }

    private void SendWaiting()
    {
        while (_waiting.TryPeek(out var parcel) && TrySend(parcel))
        {
            _waiting.Dequeue();
            _queued -= parcel.Count;
        }

        if (_waiting.Count == 0)
        {
            _isDropping = false;
            _socket.SendReady -= _onReady;
        }
    }

    private bool TrySend(Parcel parcel)
    {
        var msg = new Msg();
        msg.InitGC(parcel.Message, parcel.Message.Length);
        var isSent = _socket.TrySend(ref msg, TimeSpan.Zero, more: false);
        msg.Close();
        _sent += isSent ? parcel.Count : 0;
        return isSent;
    }

    private void Drop(long count)
    {
        Transports.TransportContext.CountDropped(ZeroMqTransport.System, _topic, _group, count);
        if (count > 0 && !_isDropping)
        {
            _isDropping = true;
            _log.Dropping(_topic, _group.Value);
        }
    }
}
