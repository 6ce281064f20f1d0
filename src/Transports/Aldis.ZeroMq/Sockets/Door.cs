using Aldis.Events;
using Microsoft.Extensions.Logging;
using NetMQ;
using NetMQ.Sockets;

namespace Aldis.ZeroMq;

/// <summary>
/// Where others come to this process: a ROUTER that knows each connection by the name the socket gives it. It answers heartbeats and hands everything else to its host. All but
/// <see cref="Post"/> is for the poller's thread.
/// </summary>
internal sealed class Door : IDisposable
{
    /// <summary>So many messages are taken in a row before others of the thread's sockets have their turn.</summary>
    private const int MaxInARow = 256;

    private readonly Dictionary<Guid, Guest> _guests = [];
    private readonly RouterSocket _socket = new();
    private readonly ZeroMqOptions _options;
    private readonly Poller _poller;
    private readonly EventId _instance;
    private readonly FleetKeys? _keys;
    private readonly IHost _host;
    private readonly ILogger _log;

    public Door(ZeroMqOptions options, FleetKeys? keys, Poller poller, EventId instance, IHost host, ILogger log)
    {
        (_options, _keys, _poller, _instance, _host, _log) = (options, keys, poller, instance, host, log);
        _socket.Options.RouterMandatory = true;
        _socket.Options.DisconnectMessage = [(byte)MessageKind.Lost];
        _socket.Options.MaxMsgSize = options.MaxMessageBytes + SealedMessage.Overhead;
        _socket.Options.Linger = TimeSpan.Zero;
        keys?.Listen(_socket.Options);
        _socket.ReceiveReady += poller.On(ReceiveAll);
    }

    /// <summary>Begins to listen, before the poller has started.</summary>
    /// <returns>Where: a port 0 has become one.</returns>
    public PeerAddress Open(PeerAddress at)
    {
        if (at.Port == 0)
        {
            at = at with { Port = _socket.BindRandomPort($"tcp://{at.HostText}") };
        }
        else
        {
            _socket.Bind(at.Endpoint);
        }

        _poller.Add(_socket);
        return at;
    }

    /// <summary>Sends a message to a guest, from any thread.</summary>
    public void Post(Guest guest, byte[] message) => _poller.Do(() => Send(guest, message));

    /// <summary>Sends a message to a guest. One that does not read what it asked for is shown out.</summary>
    public void Send(Guest guest, byte[] message)
    {
        if (guest.IsGone || guest.Conversation is { HasBegun: false })
        {
            return;
        }

        try
        {
            if (Write(guest.RoutingId, guest.Conversation?.Seal(message) ?? message))
            {
                return;
            }
        }
        catch (HostUnreachableException)
        {
            // Its connection is closed.
        }

        ShowOut(guest);
    }

    /// <summary>Shows out who has been silent for too long.</summary>
    public void Tick(long now)
    {
        foreach (var guest in _guests.Values.Where(guest => TimeProvider.System.GetElapsedTime(guest.HeardAt, now) > _options.PeerTimeout).ToArray())
        {
            ShowOut(guest);
        }

        _host.Tick();
    }

    public void Dispose() => _socket.Dispose();

    private bool Write(byte[] routingId, byte[] message)
    {
        var first = new Msg();
        first.InitGC(routingId, routingId.Length);
        if (!_socket.TrySend(ref first, TimeSpan.Zero, more: true))
        {
            first.Close();
            return false;
        }

        first.Close();
        var second = new Msg();
        second.InitGC(message, message.Length);
        _socket.TrySend(ref second, TimeSpan.Zero, more: false);
        second.Close();
        return true;
    }

    private void ReceiveAll()
    {
        var (id, body) = (new Msg(), new Msg());
        id.InitEmpty();
        body.InitEmpty();
        for (var count = 0; count < MaxInARow && _socket.TryReceive(ref id, TimeSpan.Zero); count++)
        {
            var more = id.HasMore;
            while (more)
            {
                _socket.TryReceive(ref body, TimeSpan.Zero);
                more = body.HasMore;
            }

            Take(id, body.Slice());
        }

        id.Close();
        body.Close();
    }

    private void Take(Msg id, ReadOnlySpan<byte> message)
    {
        var guest = GuestOf(id);
        guest.HeardAt = TimeProvider.System.GetTimestamp();
        try
        {
            Read(guest, guest.Conversation is { } conversation && message is not [(byte)MessageKind.Lost] ? conversation.Open(message) ?? [] : message.ToArray());
        }
        catch (MalformedMessageException error)
        {
            _log.NotAMessage(error.Message);
        }
    }

    private void Read(Guest guest, byte[] message)
    {
        var reader = new MessageReader(message);
        switch (reader.Kind)
        {
            case MessageKind.Lost:
                ShowOut(guest);
                break;
            case MessageKind.Hello:
                Greet(guest, ref reader);
                break;
            default:
                _host.Take(guest, message);
                break;
        }
    }

    /// <summary>Says that this process lives, and which of the guest's sessions it does not know.</summary>
    private void Greet(Guest guest, ref MessageReader reader)
    {
        var version = reader.Byte();
        Send(guest, Messages.Welcome(_instance));
        if (version != Messages.Version)
        {
            throw new MalformedMessageException($"It speaks version {version} of the protocol; this process speaks {Messages.Version}.");
        }

        var count = reader.UInt16();
        for (var index = 0; index < count; index++)
        {
            var session = reader.UInt32();
            if (!_host.Knows(guest, session))
            {
                Send(guest, Messages.Gone(session, "It is not known here."));
            }
        }
    }

    private Guest GuestOf(Msg id)
    {
        // The names that the socket gives are 5 bytes; those that peers give themselves, up to 255.
        var key = Guest.KeyOf(id.Slice());
        if (!_guests.TryGetValue(key, out var guest))
        {
            guest = new Guest(id.ToArray()) { Conversation = _keys is null ? null : new Conversation(_keys) };
            _guests.Add(key, guest);
        }

        return guest;
    }

    private void ShowOut(Guest guest)
    {
        guest.IsGone = true;
        guest.Conversation?.Dispose();
        _guests.Remove(Guest.KeyOf(guest.RoutingId));
        _host.End(guest);
    }
}
