using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.ZeroMq;

/// <summary>Events go to whoever is there, over PUSH and PULL to the members of a shared group, over PUB and SUB to private ones; this process gets its own in the same way.</summary>
internal sealed class BestEffort : ILevel, ICompany
{
    private static readonly TimeSpan _joinTimeout = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<(TopicName Topic, GroupName Group), Stall> _stalls = new();
    private readonly ZeroMqOptions _options;
    private readonly TransportContext _context;
    private readonly Audience _audience;
    private readonly FleetKeys? _keys;
    private readonly ILogger _log;
    private Neighbourhood? _neighbours;

    public BestEffort(ZeroMqOptions options, TransportContext context, ILogger log)
    {
        (_options, _context) = (options, context);
        _audience = new Audience(options, log);
        (_keys, _log) = (FleetKeys.Of(options), log);
        DeadLetters = new StallLetters(_stalls);
    }

    public TransportFeatures Features { get; } = new()
    {
        System = ZeroMqTransport.System, Durable = Durability.InMemory, DeadLetters = true, Delays = true,
    };

    public IDeadLetterStore DeadLetters { get; }

    public IBacklog Backlog => (IBacklog)DeadLetters;

    private Neighbourhood Neighbours => _neighbours ?? throw Neighbourhood.NotRunning();

    public ValueTask StartAsync(CancellationToken cancel)
    {
        _neighbours = new Neighbourhood(_options, EventId.New(_context.Time), _audience, this, visitsItself: true, _keys, _log);
        _audience.Neighbours = _neighbours;
        return _neighbours.StartAsync(cancel);
    }

    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => new(new FastSender(topic, _audience, Neighbours.Poller, _options.MaxMessageBytes));

    public async ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        var stall = _stalls.GetOrAdd((spec.Topic, spec.Group), _ => new Stall(spec, _options, _context.Time, Post, _ => { }));
        var receiver = await stall.Memory.OpenReceiverAsync(spec, cancel).ConfigureAwait(false);
        var links = await Neighbours.LinksAsync(cancel).ConfigureAwait(false);
        await JoinAsync(stall, links, cancel).ConfigureAwait(false);
        return spec.IsPrivate ? new PrivateReceiver(receiver, () => CloseAsync(stall)) : receiver;
    }

    public bool Needs(Link link) => Neighbours.IsOnlyOne(link);

    public void Met(Link link)
    {
        foreach (var stall in _stalls.Values)
        {
            Join(stall, link);
        }
    }

    public async ValueTask DisposeAsync()
    {
        // A receive that waits ends with its memory, and what it was given is not taken back by a socket.
        await Task.WhenAll(_stalls.Values.Select(stall => CloseAsync(stall).AsTask())).ConfigureAwait(false);
        Post(_audience.Close);
        if (_neighbours is { } neighbours)
        {
            await neighbours.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void Post(Action work) => _neighbours?.Poller.Do(work);

    private void Join(Stall stall, Link link)
        => stall.JoinAt(link, id => new Wire(id, stall, link, _options, _keys, Neighbours.Poller, EventId.New(_context.Time)));

    private async ValueTask CloseAsync(Stall stall)
    {
        _stalls.TryRemove((stall.Spec.Topic, stall.Spec.Group), out _);
        Post(() =>
        {
            foreach (var wire in stall.Wires.ToArray())
            {
                wire.Link.Leave(wire);
                wire.End();
            }
        });
        await stall.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>From now on what the publishers that are there send comes here.</summary>
    private async ValueTask JoinAsync(Stall stall, Link[] links, CancellationToken cancel)
    {
        var asked = new TaskCompletionSource<Task[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!Neighbours.Poller.Do(() =>
            {
                Array.ForEach(links, link => Join(stall, link));
                asked.SetResult([.. stall.Wires.Select(wire => wire.Joined)]);
            }))
        {
            return;
        }

        var joining = Task.WhenAll(await asked.Task.ConfigureAwait(false)).WaitAsync(_joinTimeout, TimeProvider.System, cancel);
        await joining.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
    }
}
