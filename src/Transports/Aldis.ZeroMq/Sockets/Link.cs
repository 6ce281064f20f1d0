using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging;
using NetMQ;
using NetMQ.Sockets;

namespace Aldis.ZeroMq;

/// <summary>
/// This process at the door of another: a DEALER. While the other side answers, every receiver of this process has a session there; when it falls silent, the socket is made anew, so that nothing old
/// lies in it. All but <see cref="Post"/>, <see cref="Leave"/> and <see cref="Known"/> is for the poller's thread.
/// </summary>
internal sealed class Link : IDisposable
{
    /// <summary>Who has not answered by then at the start is taken to be away.</summary>
    private static readonly TimeSpan _firstContact = TimeSpan.FromSeconds(1);

    private const int MaxInARow = 256;

    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<uint, ISession> _sessions = [];
    private readonly ZeroMqOptions _options;
    private readonly FleetKeys? _keys;
    private readonly Poller _poller;
    private readonly ICompany _company;
    private readonly ILogger _log;
    private DealerSocket? _socket;
    private Conversation? _conversation;
    private uint _lastSession;
    private long _openedAt;
    private long _heardAt;

    public Link(PeerAddress address, ZeroMqOptions options, FleetKeys? keys, Poller poller, ICompany company, ILogger log)
        => (Address, _options, _keys, _poller, _company, _log) = (address, options, keys, poller, company, log);

    public PeerAddress Address { get; }

    /// <summary>Completes when the other side has answered, or has had time enough for it.</summary>
    public Task Known => _known.Task;

    /// <summary>Whether the other side answers.</summary>
    public bool IsUp => Instance is not null && IsNeeded;

    /// <summary>Whether it leads to somebody to whom no other link leads.</summary>
    public bool IsNeeded { get; private set; }

    /// <summary>Who answers; null for nobody.</summary>
    public EventId? Instance { get; private set; }

    /// <summary>Sends a message, from any thread.</summary>
    public void Post(byte[] message) => _poller.Do(() => Send(message));

    /// <summary>Ends a session, from any thread. It is over when the other side has said so.</summary>
    public void Leave(ISession session) => _poller.Do(() =>
    {
        if (_sessions.ContainsKey(session.Id) && IsUp)
        {
            Send(Messages.Leave(session.Id));
        }
        else
        {
            End(session);
        }
    });

    public void Open()
    {
        _socket = new DealerSocket();
        _socket.Options.Linger = TimeSpan.Zero;
        _socket.Options.MaxMsgSize = _options.MaxMessageBytes + SealedMessage.Overhead;
        _socket.Options.ReconnectInterval = TimeSpan.FromMilliseconds(50);
        _socket.Options.ReconnectIntervalMax = TimeSpan.FromSeconds(1);
        _keys?.Connect(_socket.Options);
        _conversation = _keys is null ? null : new Conversation(_keys);
        _socket.ReceiveReady += _poller.On(ReceiveAll);
        _socket.Connect(Address.Endpoint);
        _poller.Add(_socket);
        _openedAt = _heardAt = TimeProvider.System.GetTimestamp();
        SayHello();
    }

    /// <summary>Says that this process lives, and looks whether the other does.</summary>
    public void Tick(long now)
    {
        if (_socket is null)
        {
            return;
        }

        var silent = TimeProvider.System.GetElapsedTime(_heardAt, now);
        if (silent > _firstContact)
        {
            _known.TrySetResult();
        }

        if (silent > _options.PeerTimeout)
        {
            if (Instance is not null)
            {
                _log.PublisherSilent(Address);
                Tell([.. _sessions.Values]);
            }

            OpenAnew();
            return;
        }

        SayHello();
        foreach (var report in _sessions.Values.Select(session => session.Report()).OfType<byte[]>().ToArray())
        {
            Send(report);
        }
    }

    /// <summary>Asks for a session, if the other side is there; else that is done when it is.</summary>
    /// <param name="make">Makes it, with its number.</param>
    public T? Join<T>(Func<uint, T> make) where T : class, ISession
    {
        if (!IsUp)
        {
            return null;
        }

        var session = make(++_lastSession);
        _sessions.Add(session.Id, session);
        Send(Messages.Join(session.Id, session.Spec));
        return session;
    }

    public void Dispose()
    {
        EndAll();
        Instance = null;
        if (_socket is { } socket)
        {
            _socket = null;
            _poller.Remove(socket);
            _conversation?.Dispose();
        }
    }

    private void OpenAnew()
    {
        Dispose();
        Open();
    }

    private void SayHello() => Send(Messages.Hello(_sessions.Keys));

    /// <summary>What cannot be sent is not kept: the other side is silent then, and everything begins anew.</summary>
    private void Send(byte[] message)
    {
        if (_socket is not { } socket)
        {
            return;
        }

        if (_conversation is { } conversation)
        {
            if (!conversation.HasBegun && (MessageKind)message[0] != MessageKind.Hello)
            {
                return;
            }

            message = conversation.Seal(message);
        }

        var msg = new Msg();
        msg.InitGC(message, message.Length);
        socket.TrySend(ref msg, TimeSpan.Zero, more: false);
        msg.Close();
    }

    private void ReceiveAll()
    {
        var msg = new Msg();
        msg.InitEmpty();
        for (var count = 0; count < MaxInARow && _socket is { } socket && socket.TryReceive(ref msg, TimeSpan.Zero); count++)
        {
            _heardAt = TimeProvider.System.GetTimestamp();
            try
            {
                if ((_conversation is { } conversation ? conversation.Open(msg.Slice()) : msg.ToArray()) is { } message)
                {
                    Read(message);
                }
                else
                {
                    OpenAnew();
                }
            }
            catch (MalformedMessageException error)
            {
                _log.NotAMessage(error.Message);
            }
        }

        msg.Close();
    }

    private void Read(byte[] message)
    {
        var reader = new MessageReader(message);
        if (reader.Kind == MessageKind.Welcome)
        {
            Welcome(ref reader);
            return;
        }

        if (!_sessions.TryGetValue(reader.UInt32(), out var session))
        {
            return;
        }

        switch (reader.Kind)
        {
            case MessageKind.Joined:
                session.Open(Joined.Read(ref reader));
                break;
            case MessageKind.Deliver or MessageKind.Settled:
                session.Take(message);
                break;
            case MessageKind.Gone:
                Gone(session, reader.Text());
                break;
            default:
                throw new MalformedMessageException($"There is no kind {(byte)reader.Kind}.");
        }
    }

    /// <summary>The first answer of the other side, or one after it was started anew: then it knows nothing of what was before.</summary>
    private void Welcome(ref MessageReader reader)
    {
        if (reader.Byte() != Messages.Version)
        {
            throw new MalformedMessageException("A publisher speaks another version of the protocol.");
        }

        var instance = EventId.FromBytes(reader.Take(EventId.ByteLength).Span);
        if (instance != Instance)
        {
            Tell([.. _sessions.Values]);
            EndAll();
            Instance = instance;
            _log.PublisherThere(Address);
        }

        IsNeeded = _company.Needs(this);
        if (IsUp)
        {
            _company.Met(this);
        }

        _known.TrySetResult();
    }

    private void Gone(ISession session, string reason)
    {
        if (reason.Length > 0)
        {
            Tell(session);
            _log.NotServed(Address, session.Spec.Group.Value, session.Spec.Topic, reason);
        }

        End(session);
    }

    /// <summary>A private group goes with its session, and what is published until it has another one is not for it.</summary>
    private void Tell(params ISession[] lost)
    {
        foreach (var session in lost.Where(session => session.Spec.IsPrivate))
        {
            _log.PrivateGroupLost(session.Spec.Topic, Address);
        }
    }

    private void EndAll()
    {
        foreach (var session in _sessions.Values.ToArray())
        {
            End(session);
        }
    }

    private void End(ISession session)
    {
        _sessions.Remove(session.Id);
        session.End();
    }
}
