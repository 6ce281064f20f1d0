using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.ZeroMq;

/// <summary>
/// Each process keeps what it publishes in its own ledger, and others come for it: they take a seat there for their groups. What this process receives comes from its own ledger and from its seats at
/// others.
/// </summary>
internal sealed class StoreAndForward : ILevel, ICompany
{
    /// <summary>How long a publisher that is there has to open a session, at the start.</summary>
    private static readonly TimeSpan _joinTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long what others hold is returned to the ledger when this process ends.</summary>
    private static readonly TimeSpan _lastReturns = TimeSpan.FromMilliseconds(300);

    private readonly ConcurrentDictionary<StoredReceiver, bool> _receivers = new();
    private readonly EventId _instance;
    private readonly ITransport _ledger;
    private readonly ILogger _log;
    private readonly Host _host;
    private readonly Roster _roster;
    private readonly ZeroMqOptions _options;
    private readonly FleetKeys? _keys;
    private Neighbourhood? _neighbours;
    private readonly int _maxBody;

    public StoreAndForward(ZeroMqOptions options, ITransport ledger, TransportContext context, ILogger log)
    {
        const int RoomForTheRest = 64 * 1024;
        (_ledger, _log, _instance) = (ledger, log, EventId.New(context.Time));
        _maxBody = options.MaxMessageBytes - RoomForTheRest;
        DeadLetters = ledger as IDeadLetterStore ?? throw new AldisException(
            new Fault(ErrorCodes.ZeroMqLedgerMissing, "The ledger of the bus keeps no dead letters.", "Events of other processes' groups that are given up would have no place."));
        Features = ledger.Features with
        {
            System = ZeroMqTransport.System, AtomicSettlement = false, Remembers = false, Schedules = false, Replays = false,
            Ordered = false, MaxBody = Math.Min(ledger.Features.MaxBody ?? int.MaxValue, _maxBody),
        };
        _roster = new Roster(ledger, options.WhenGroupIsAway, IsThere, context.Time, log);
        _host = new Host(ledger, options, _roster.NoteAsync, log);
        (_options, _keys) = (options, FleetKeys.Of(options));
    }

    public TransportFeatures Features { get; }

    public IDeadLetterStore DeadLetters { get; }

    private Neighbourhood Neighbours => _neighbours ?? throw Neighbourhood.NotRunning();

    public IBacklog? Backlog => _ledger as IBacklog;

    public async ValueTask StartAsync(CancellationToken cancel)
    {
        await _roster.StartAsync(cancel).ConfigureAwait(false);
        _neighbours = new Neighbourhood(_options, _instance, _host, this, visitsItself: false, _keys, _log);
        _host.Door = _neighbours.Door;
        await _neighbours.StartAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel)
        => new StoredSender(await _ledger.OpenSenderAsync(topic, cancel).ConfigureAwait(false), _maxBody);

    public async ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        var own = await _ledger.OpenReceiverAsync(spec, cancel).ConfigureAwait(false);
        var receiver = new StoredReceiver(spec, own, gone => _receivers.TryRemove(gone, out _), error => _log.LedgerFailed(spec.Topic, spec.Group.Value, error));
        try
        {
            var links = await Neighbours.LinksAsync(cancel).ConfigureAwait(false);
            _receivers.TryAdd(receiver, true);
            await JoinAsync(receiver, links, cancel).ConfigureAwait(false);
            return receiver;
        }
        catch
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public bool Needs(Link link) => link.Instance != _instance && Neighbours.IsOnlyOne(link);

    public void Met(Link link)
    {
        foreach (var receiver in _receivers.Keys)
        {
            receiver.JoinAt(link);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_receivers.Keys.Select(receiver => receiver.DisposeAsync().AsTask())).ConfigureAwait(false);
        var ending = Task.WhenAll(_host.DisposeAsync().AsTask(), _roster.DisposeAsync().AsTask());

        // A ledger that hangs holds nobody up: it returns what was handed out when it is disposed of, or its lease ends.
        await ending.WaitAsync(_lastReturns, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_neighbours is { } neighbours)
        {
            await neighbours.DisposeAsync().ConfigureAwait(false);
        }
    }

    private bool IsThere(TopicName topic, GroupName group)
        => _host.Serves(topic, group) || _receivers.Keys.Any(receiver => receiver.Spec.Topic == topic && receiver.Spec.Group == group);

    /// <summary>From now on the publishers that are there know the group.</summary>
    private async ValueTask JoinAsync(StoredReceiver receiver, Link[] links, CancellationToken cancel)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!Neighbours.Poller.Do(() =>
            {
                Array.ForEach(links, link => receiver.JoinAt(link));
                asked.SetResult();
            }))
        {
            return;
        }

        await asked.Task.ConfigureAwait(false);
        var joining = Task.WhenAll(receiver.Sessions.Select(session => session.Joined)).WaitAsync(_joinTimeout, TimeProvider.System, cancel);
        await joining.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancel.ThrowIfCancellationRequested();
    }
}
