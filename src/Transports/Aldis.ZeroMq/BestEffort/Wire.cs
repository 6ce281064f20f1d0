using System.Buffers.Binary;
using Aldis.Events;
using Aldis.Transports;
using NetMQ;
using NetMQ.Sockets;

namespace Aldis.ZeroMq;

/// <summary>
/// What a group of this process gets of one publisher at best effort: a PULL for a shared group, a SUB for a private one. For the poller's thread, but for <see cref="Came"/>.
/// </summary>
internal sealed class Wire : ISession
{
    private const int MaxInARow = 16;

    private readonly TaskCompletionSource _joined = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Stall _stall;
    private readonly FleetKeys? _keys;
    private readonly Poller _poller;
    private readonly string _name;
    private readonly byte[] _question;
    private readonly int _messages;
    private readonly int _maxMessage;
    private readonly EventHandler<NetMQSocketEventArgs> _onReady;
    private NetMQSocket? _socket;
    private Opener? _opener;
    private byte[]? _held;
    private long _came;
    private long _reported;

    public Wire(uint id, Stall stall, Link link, ZeroMqOptions options, FleetKeys? keys, Poller poller, EventId question)
    {
        (Id, _stall, Link, _keys, _poller, _maxMessage) = (id, stall, link, keys, poller, options.MaxMessageBytes);
        _onReady = poller.On(ReceiveAll);
        Publisher = link.Instance ?? default;
        Expected = stall.ExpectedOf(Publisher);
        _name = Broadcast.NameOf(stall.Spec.Topic, keys);
        _question = Broadcast.QuestionOf(_name, question);
        _messages = stall.Spec.IsPrivate ? Broadcast.MessagesOf(options) : Sharing.Messages;
    }


    public uint Id { get; }

    public ReceiverSpec Spec => _stall.Spec;

    public Link Link { get; }

    /// <summary>The instance of the publisher.</summary>
    public EventId Publisher { get; }

    /// <summary>The number of the next event of a private group; -1 where it is not known.</summary>
    public long Expected { get; private set; }

    /// <summary>Completes when events come, or none will.</summary>
    public Task Joined => _joined.Task;

    public void Open(Joined joined)
    {
        if (_socket is not null)
        {
            return;
        }

        // What is published from now on and does not come is missed, also while the subscription is on its way.
        Expected = Expected < 0 ? joined.Next : Expected;
        _opener = _keys is null ? null : new Opener(_keys, joined.Salt, joined.From);
        _socket = Spec.IsPrivate ? new SubscriberSocket() : new PullSocket();
        _socket.Options.ReceiveHighWatermark = _messages;
        _socket.Options.Linger = TimeSpan.Zero;
        _socket.Options.MaxMsgSize = _maxMessage + SealedMessage.Overhead;
        _keys?.Connect(_socket.Options);
        _socket.ReceiveReady += _onReady;
        _socket.Connect((Link.Address with { Port = joined.Port }).Endpoint);
        _poller.Add(_socket);
        if (_socket is SubscriberSocket subscriber)
        {
            subscriber.Subscribe(Broadcast.PrefixOf(_name));
            subscriber.Subscribe(_question);
        }
        else
        {
            _joined.TrySetResult();
        }
    }

    public void Take(byte[] message) => throw new MalformedMessageException("Nothing comes over the link at best effort.");

    /// <summary>Says how many events have come, so that the publisher knows what was lost.</summary>
    public byte[]? Report()
    {
        var came = Interlocked.Read(ref _came);
        if (came == _reported)
        {
            return null;
        }

        _reported = came;
        return Messages.Credit(Id, came);
    }

    /// <summary>Events were taken out of messages. From any thread.</summary>
    public void Came(int count) => Interlocked.Add(ref _came, count);

    public void End()
    {
        if (_poller.Do(Close))
        {
            return;
        }

        _joined.TrySetResult();
    }

    /// <summary>There is room again.</summary>
    public void GoOn()
    {
        if (_socket is null || _held is not { } held)
        {
            return;
        }

        _held = null;
        _socket.ReceiveReady += _onReady;
        Give(held);
    }

    private void Close()
    {
        _joined.TrySetResult();
        if (_socket is { } socket)
        {
            _socket = null;
            _poller.Remove(socket);
            _opener?.Dispose();
        }

        _stall.Ended(this);
    }

    private void ReceiveAll()
    {
        for (var count = 0; count < MaxInARow && _held is null && _socket is { } socket && Receive(socket) is { } message; count++)
        {
            if (message.Length > 0)
            {
                Give(message);
            }
        }
    }

    private void Give(byte[] message)
    {
        if (!_stall.TryTake(this, message))
        {
            _held = message;
            _socket!.ReceiveReady -= _onReady;
        }
    }

    private byte[]? Receive(NetMQSocket socket)
    {
        if (!socket.TryReceiveFrameBytes(TimeSpan.Zero, out var first, out var more))
        {
            return null;
        }

        if (!more)
        {
            return Spec.IsPrivate ? [] : Unseal([], first);
        }

        // All frames of a message come at once: what has fewer or more than it should is dropped, and never waited for.
        var (frames, number, message) = (1, Array.Empty<byte>(), Array.Empty<byte>());
        while (more && socket.TryReceiveFrameBytes(TimeSpan.Zero, out var frame, out more))
        {
            (frames, number, message) = (frames + 1, message, frame);
        }

        return Spec.IsPrivate && frames == 3 && number.Length == 8 ? Follow(first, BinaryPrimitives.ReadInt64BigEndian(number), Unseal(Broadcast.About(first, number), message)) : [];
    }

    /// <exception cref="MalformedMessageException">It was not sealed by this publisher.</exception>
    private byte[] Unseal(ReadOnlySpan<byte> about, byte[] message) => _opener?.Open(MessageKind.SealedAlone, about, message) ?? message;

    /// <summary>What is missing between two messages is lost, and counted.</summary>
    private byte[] Follow(byte[] prefix, long number, byte[] message)
    {
        if (Expected >= 0)
        {
            TransportContext.CountDropped(ZeroMqTransport.System, Spec.Topic, Spec.Group, number - Expected);
        }

        if (prefix.AsSpan().SequenceEqual(_question))
        {
            _joined.TrySetResult();
            message = [];
        }

        Expected = Math.Max(Expected, number + (message.Length == 0 ? 0 : new MessageReader(message).UInt32()));
        return message;
    }
}
