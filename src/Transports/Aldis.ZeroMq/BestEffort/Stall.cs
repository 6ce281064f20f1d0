using System.Threading.Channels;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>
/// Where the events of a topic arrive for a group of this process: in memory, with everything that the transport in memory does. What its members leave stays here for the next one. When it is full, the
/// sockets are not read, and publishers notice.
/// </summary>
internal sealed class Stall : IAsyncDisposable
{
    private const int MaxMessages = 16;

    private readonly Channel<(Wire Wire, byte[] Message)> _arrived = Channel.CreateBounded<(Wire, byte[])>(MaxMessages);
    private readonly CancellationTokenSource _ending = new();
    private readonly Dictionary<Link, Wire> _wires = [];
    private readonly Dictionary<EventId, long> _expected = [];
    private readonly RecentTexts _texts = new();
    private readonly Action<Action> _onPoller;
    private readonly Action<Wire> _stopped;
    private readonly Task _storing;
    private readonly List<Wire> _paused = [];

    public Stall(ReceiverSpec spec, ZeroMqOptions options, TimeProvider time, Action<Action> onPoller, Action<Wire> stopped)
    {
        (Spec, _onPoller, _stopped) = (spec, onPoller, stopped);
        Memory = new InMemoryTransport(new InMemoryOptions { Capacity = options.HighWatermark }, time);
        _storing = StoreAsync();
    }

    public ReceiverSpec Spec { get; }

    public InMemoryTransport Memory { get; }

    /// <summary>The wires to those that are there. For the poller's thread.</summary>
    public IReadOnlyCollection<Wire> Wires => _wires.Values;

    /// <summary>Wants a wire to a publisher, unless there is one. For the poller's thread.</summary>
    public void JoinAt(Link link, Func<uint, Wire> make)
    {
        if (!_ending.IsCancellationRequested && !_wires.ContainsKey(link) && link.Join(make) is { } wire)
        {
            _wires.Add(link, wire);
        }
    }

    /// <summary>Up to which number the events of a publisher have come, or -1 where none have: who comes again knows what it has missed. For the poller's thread.</summary>
    public long ExpectedOf(EventId instance) => _expected.GetValueOrDefault(instance, -1);

    /// <summary>A wire has ended. For the poller's thread.</summary>
    public void Ended(Wire wire)
    {
        _expected[wire.Publisher] = wire.Expected;
        if (_wires.TryGetValue(wire.Link, out var known) && known == wire)
        {
            _wires.Remove(wire.Link);
        }

        _stopped(wire);
    }

    /// <summary>A message has come. For the poller's thread.</summary>
    /// <returns>False where there is no room: the wire is to wait until it is told to go on.</returns>
    public bool TryTake(Wire wire, byte[] message)
    {
        if (_arrived.Writer.TryWrite((wire, message)))
        {
            return true;
        }

        _paused.Add(wire);
        return false;
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        _arrived.Writer.TryComplete();
        await _storing.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!Spec.IsPrivate)
        {
            // What nobody has handled by now, nobody will.
            var left = await Memory.ReadBacklogAsync(Spec.Topic, Spec.Group, CancellationToken.None).ConfigureAwait(false);
            TransportContext.CountDropped(ZeroMqTransport.System, Spec.Topic, Spec.Group, left.Depth);
        }

        await Memory.DisposeAsync().ConfigureAwait(false);
    }

    private async Task StoreAsync()
    {
        var sender = await Memory.OpenSenderAsync(Spec.Topic, _ending.Token).ConfigureAwait(false);
        await foreach (var (wire, message) in _arrived.Reader.ReadAllAsync(_ending.Token).ConfigureAwait(false))
        {
            var events = Read(wire, message);
            if (events.Length > 0)
            {
                await sender.SendAsync(events, _ending.Token).ConfigureAwait(false);
            }

            if (_arrived.Reader.Count == 0)
            {
                _onPoller(GoOn);
            }
        }
    }

    /// <summary>What cannot be read is dropped, and counted as what it was: a loss.</summary>
    private Envelope[] Read(Wire wire, byte[] message)
    {
        try
        {
            var events = Parcel.Read(message, Spec.Topic, _texts, out var bad);
            TransportContext.CountDropped(ZeroMqTransport.System, Spec.Topic, Spec.Group, bad);
            wire.Came(events.Length + bad);
            return events;
        }
        catch (MalformedMessageException)
        {
            TransportContext.CountDropped(ZeroMqTransport.System, Spec.Topic, Spec.Group, 1);
            return [];
        }
    }

    private void GoOn()
    {
        foreach (var wire in _paused.ToArray())
        {
            _paused.Remove(wire);
            wire.GoOn();
        }
    }
}
