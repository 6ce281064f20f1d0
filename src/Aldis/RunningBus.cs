using System.Data.Common;
using Aldis.Catalog;
using Aldis.Diagnostics;
using Aldis.Dispatch;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Pipeline;
using Aldis.Transports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Aldis;

/// <summary>A bus between its start and its stop: one transport, a publisher for each topic, a pump for each topic of each group.</summary>
#pragma warning disable CA1001 // StopAsync disposes of everything.
internal sealed class RunningBus
#pragma warning restore CA1001
{
    private readonly ITransport _transport;
    private readonly EnvelopeFactory _factory;
    private readonly Telemetry _telemetry;
    private readonly Publishers _publishers;
    private readonly EventBusBuilder _builder;
    private readonly GroupName _privateGroup;
    private readonly Stores _stores;
    private readonly Gates _gates;
    private readonly ILogger _log;
    private Scheduler? _scheduler;
    private Scheduler? _outbox;
    private TimetableKeeper[] _keepers = [];
    private readonly List<Func<Pump>> _opened = [];
    private Pump[] _pumps = [];
    private IDisposable[] _carried = [];
    private IReadOnlyList<ISource> _sources = [];

    private RunningBus(EventBusBuilder builder, ITransport transport, Stores stores, EventCatalog catalog, ILogger log)
    {
        (_builder, _transport, _stores, Catalog, _log) = (builder, transport, stores, catalog, log);
        var limits = builder.Limits with { MaxBodyBytes = Math.Min(builder.Limits.MaxBodyBytes, transport.Features.MaxBody ?? int.MaxValue) };
        var instance = EventId.New(builder.Time);
        var features = transport.Features;
        var identity = new TelemetryIdentity(features.System, instance.ToString(), features.ServerAddress, features.ServerPort);
        _telemetry = new Telemetry(identity, builder.Telemetry, limits, builder.Time);
        _factory = new EnvelopeFactory(builder.Registry, builder.Codec, limits, builder.Source, builder.Time, _telemetry);
        _publishers = new Publishers(transport, log, builder.Time, _telemetry, builder.Movement);
        _gates = new Gates(log, builder.Time);
        _privateGroup = GroupName.OfInstance(instance);
    }

    public EventCatalog Catalog { get; }

    public IDeadLetters DeadLetters => new OwnDeadLetters((IDeadLetterStore)_transport, _privateGroup, _factory, _builder.Time);

    /// <summary>A breaker that several topics share is told once.</summary>
    public IReadOnlyList<Fault> Troubles => [.. _pumps.Select(pump => pump.Trouble).Concat(_sources.Select(source => source.Trouble)).OfType<Fault>().Distinct()];

    public bool IsAlive => Array.TrueForAll(_pumps, pump => pump.IsAlive);

    public long Dropped => _publishers.Dropped;

    /// <summary>For a test: who receives and handles.</summary>
    public IReadOnlyList<Pump> Pumps => _pumps;

    /// <summary>For a test: how many publishes are on their way.</summary>
    public int Publishing => _publishers.Publishing;

    /// <summary>For a test: whether every timetable has taken the slots that have come.</summary>
    public bool TimetablesRest => Array.TrueForAll(_keepers, keeper => keeper.IsResting);

    /// <summary>The group that is this bus's alone.</summary>
    public GroupName PrivateGroup => _privateGroup;

    public static async ValueTask<RunningBus> StartAsync(EventBusBuilder builder, IServiceProvider services, ILogger log, CancellationToken cancel)
    {
        var faults = new FaultList();
        var catalog = builder.MakeCatalog(faults);
        BusRules.Check(builder, catalog, services, faults);
        ITransport? transport = null;
        ITransport? ledger = null;
        var context = new TransportContext(builder.Time, new QuietLoggers(builder.Loggers));
        faults.Collect(() => ledger = builder.OpenLedger(context));
        faults.Collect(() => transport = builder.Choice.Open(context with { Ledger = ledger }));
        var sources = builder.OpenSources(context, faults);
        faults.ThrowIfAny();
        transport = LedgeredTransport.Join(transport!, ledger);
        var stores = new Stores(transport, ledger);
        BusRules.CheckFeatures(builder, catalog, stores, faults);
        faults.ThrowIfAny();

        var bus = new RunningBus(builder, transport, stores, catalog, log) { _sources = sources };
        try
        {
            await bus.OpenAsync(services, log, cancel).ConfigureAwait(false);
            return bus;
        }
        catch
        {
            await bus.StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Begins to handle, now that every group is open and the bus publishes: what a handler publishes finds its groups.</summary>
    public void Serve()
    {
        // First what goes out: what arrives may have its receivers send.
        _carried = [.. _builder.Carriers.Select(carrier => carrier.Attach(_factory, CarryAsync))];
        Telemetry.Apart(StartLoops);
    }

    /// <summary>Lets the sources begin, now that what they publish is handled.</summary>
    public async ValueTask StartSourcesAsync(IEventBus bus, CancellationToken cancel)
    {
        foreach (var source in _sources)
        {
            await source.StartAsync(bus, cancel).ConfigureAwait(false);
        }
    }

    public async ValueTask<Published> PublishAsync<T>(T @event, PublishOptions? options, CancellationToken cancel) where T : notnull
    {
        var whenFull = options?.WhenFull ?? _builder.WhenFull;
        if (!BusRules.CanPublish(whenFull))
        {
            throw new AldisException(new Fault(ErrorCodes.InvalidOption, $"PublishOptions.WhenFull is {whenFull}.", BusRules.NoDropOldest));
        }

        var envelope = _factory.Seal(@event, options);
        if (options is { IsLater: true })
        {
            return await ScheduleAsync(new ScheduledEvent(envelope, options.At, options.After), cancel).ConfigureAwait(false);
        }

        var stored = await _publishers.PublishAsync(envelope, whenFull, cancel).ConfigureAwait(false);
        return new Published(envelope.Id, stored ? _transport.Features.Durable : Durability.None);
    }

    public async ValueTask<Published> PublishAsync<T>(T @event, DbTransaction transaction, PublishOptions? options, CancellationToken cancel) where T : notnull
    {
        var store = _stores.Transactions ?? throw new AldisException(_stores.Missing("An event is to be published in a transaction of its publisher"));
        var envelope = _factory.Seal(@event, options);
        var isLater = options is { IsLater: true } || !_stores.TransportHasTransactions;
        try
        {
            var operation = isLater ? _telemetry.Scheduling(envelope.Topic) : _telemetry.Publishing(envelope.Topic);
            await Observed.SendAsync(_telemetry, operation, envelope, WriteAsync).ConfigureAwait(false);
        }
        catch (TransportException error)
        {
            throw new PublishException(envelope, mayBeStored: false, error.Message, error);
        }

        return new Published(envelope.Id, _stores.LevelOfTransactions);

        async ValueTask<bool> WriteAsync(Envelope given)
        {
            if (isLater)
            {
                await store.ScheduleAsync(transaction, new ScheduledEvent(given, options?.At, options?.After), cancel).ConfigureAwait(false);
            }
            else
            {
                await store.PublishAsync(transaction, given, cancel).ConfigureAwait(false);
            }

            return true;
        }
    }

    /// <summary>Completes when no handler of the group runs any more.</summary>
    public ValueTask PauseAsync(string group, CancellationToken cancel) => GateOf(group).PauseAsync(cancel);

    public void Resume(string group) => GateOf(group).Resume();

    private async ValueTask<Published> ScheduleAsync(ScheduledEvent later, CancellationToken cancel)
    {
        if (_scheduler is null)
        {
            throw new AldisException(_stores.Missing($"{later.Envelope} is to be published later"));
        }

        try
        {
            await _scheduler.ScheduleAsync(later, cancel).ConfigureAwait(false);
        }
        catch (TransportException error)
        {
            throw new PublishException(later.Envelope, error.MayBeStored, error.Message, error);
        }

        return new Published(later.Envelope.Id, _stores.LevelOfSchedule);
    }

    public ISchedule Schedule => _stores.Schedule ?? throw new AldisException(_stores.Missing("Something is to be published later"));

    public async ValueTask<int> StopAsync(CancellationToken hurry)
    {
        try
        {
            await Task.WhenAll(_sources.Select(source => source.DisposeAsync().AsTask())).ConfigureAwait(false);

            // A handler that is to end may be waiting for what it publishes.
            await Task.WhenAll(_keepers.Select(keeper => keeper.DisposeAsync().AsTask())).ConfigureAwait(false);
            await using var hurrying = hurry.Register(_publishers.Hurry).ConfigureAwait(false);
            return (await Task.WhenAll(_pumps.Select(pump => pump.StopAsync(hurry).AsTask())).ConfigureAwait(false)).Sum();
        }
        finally
        {
            Array.ForEach(_carried, attachment => attachment.Dispose());
            _gates.End();
            await CloseAsync().ConfigureAwait(false);
        }
    }

    public BusDescription Describe() => new(_transport, Catalog, _builder.Codec, _builder.Steps, _gates.IsPaused);

    private void StartLoops()
    {
        _pumps = [.. _opened.Select(start => start())];
        if (_stores.Schedule is { } schedule)
        {
            _scheduler = new Scheduler(schedule, _stores.ForeignSchedule is null ? null : PublishStoredAsync, _telemetry, _builder.Time, _log);
            _keepers = [.. _builder.Appointments.Select(one => new TimetableKeeper(one, schedule, _factory, _scheduler.Look, _builder.Time, _log, _builder.Movement))];
        }

        _outbox = _stores.Outbox is { } outbox ? new Scheduler(outbox, PublishStoredAsync, _telemetry, _builder.Time, _log) : null;
    }

    private async ValueTask OpenAsync(IServiceProvider services, ILogger log, CancellationToken cancel)
    {
        // The transport may keep its events in the ledger.
        await _stores.StartAsync(cancel).ConfigureAwait(false);
        await _transport.StartAsync(cancel).ConfigureAwait(false);
        var pipeline = new PipelineFactory(_builder, services, log);
        foreach (var stream in Catalog.Streams)
        {
            var inbox = InboxOf(stream);
            var processing = _telemetry.Of(OperationKind.Process, stream.Key.Topic, stream.Key.Group);
            var handler = pipeline.Wrap(Router.Of(stream, subscription => pipeline.Wrap(subscription, inbox), log));
            var batches = stream.First().InBatches ? new BatchRunner(_telemetry, processing, services.GetService<IServiceScopeFactory>()) : null;

            // A batch has one span, which its runner makes.
            handler = batches is null ? new TelemetryStep(_telemetry, processing).Before(handler) : handler;
            _opened.Add(await OpenPumpAsync(stream, handler, inbox, batches, services, log, cancel).ConfigureAwait(false));
        }

        log.BusStarted(_transport.Features.System, Catalog.Streams.Select(stream => stream.Key.Topic).Distinct().Count(),
            Catalog.Streams.Select(stream => stream.Key.Group).Distinct().Count());
    }

    private async ValueTask<Func<Pump>> OpenPumpAsync(
        IGrouping<(TopicName Topic, GroupName Group), Subscription> stream, Handler handler, GroupInbox? inbox, BatchRunner? batches, IServiceProvider services, ILogger log, CancellationToken cancel)
    {
        var (topic, group) = stream.Key;
        var gate = _gates.Of(topic, group, stream.First());
        var spec = SpecOf(topic, group, handler, stream.First().Options, gate.Burst, services) with { Inbox = inbox };
        spec = batches is null ? spec : spec with { Gatherer = Gather(stream.First().Options, spec, batches) };
        var receiver = Observe(await _transport.OpenReceiverAsync(SpecOf(spec), cancel).ConfigureAwait(false), SpecOf(spec));
        var health = new PumpHealth(group.Value, topic.Value, log);
        Func<Envelope, ValueTask>? publishFirst = _transport.Features.AtomicSettlement
            ? null
            : envelope => PublishStoredAsync(envelope, CancellationToken.None);
        var supplement = new Supplement(SpecOf(spec).Group, publishFirst, _stores.ForeignSchedule, _stores.ForeignInbox);
        return () => new Pump(
            spec, receiver, new Settler(receiver, spec, supplement, health, log, _builder.Time), gate, health, log, _builder.Time);
    }

    /// <summary>A batch is no larger than what the pump may hold.</summary>
    private Gatherer Gather(SubscriptionOptions options, PumpSpec spec, BatchRunner runner)
        => new(Math.Min(options.Batch!.MaxItems, spec.MaxUnsettled), options.Batch.MaxWait, options.Concurrency, runner, _builder.Time);

    private GroupInbox? InboxOf(IGrouping<(TopicName Topic, GroupName Group), Subscription> stream)
    {
        var group = stream.Key.Group == GroupName.EachInstance ? _privateGroup : stream.Key.Group;
        return stream.First().Options.Inbox is { } options ? new GroupInbox(_stores.Inbox!, group, options.Retention) : null;
    }

    private IReceiver Observe(IReceiver receiver, ReceiverSpec spec)
        => Instruments.AreSupported ? new ObservedReceiver(receiver, spec, _transport as IBacklog, _telemetry, _builder.Time) : receiver;

    private PumpSpec SpecOf(TopicName topic, GroupName group, Handler handler, SubscriptionOptions options, int burst, IServiceProvider services)
    {
        // What cannot be begun for a while is better left to other processes.
        var unsettled = Math.Max(options.Concurrency, Math.Min(options.MaxUnsettled, burst));
        return new PumpSpec(topic, group, handler, options.Concurrency, unsettled, _factory, services)
        {
            KeepsKeyOrder = _transport.Features.KeyOrder, WhenDead = options.WhenDead, Watchdog = options.Watchdog, Movement = _builder.Movement,
        };
    }

    private async ValueTask CarryAsync(Envelope envelope, CancellationToken cancel)
        => await _publishers.PublishAsync(envelope, _builder.WhenFull, cancel).ConfigureAwait(false);

    /// <summary>For what must not be dropped, whatever the bus does with the events of its users.</summary>
    private async ValueTask PublishStoredAsync(Envelope envelope, CancellationToken cancel)
        => await _publishers.PublishAsync(envelope, WhenFull.Wait, cancel).ConfigureAwait(false);

    private GroupGate GateOf(string group) => _gates.Find(group)
        ?? throw new AldisException(new Fault(ErrorCodes.UnknownGroup, $"The bus has no group '{Printable.Of(group)}'.", BusRules.GroupsOf(Catalog)));

    private ReceiverSpec SpecOf(PumpSpec spec) => spec.Group == GroupName.EachInstance
        ? new ReceiverSpec(spec.Topic, _privateGroup, spec.MaxUnsettled) { IsPrivate = true }
        : new ReceiverSpec(spec.Topic, spec.Group, spec.MaxUnsettled);

    private async ValueTask CloseAsync()
    {
        try
        {
            foreach (var scheduler in new[] { _scheduler, _outbox }.OfType<Scheduler>())
            {
                await scheduler.DisposeAsync().ConfigureAwait(false);
            }

            await _publishers.StopAsync().ConfigureAwait(false);
        }
        finally
        {
            await _transport.DisposeAsync().ConfigureAwait(false);
            await _stores.DisposeAsync().ConfigureAwait(false);
        }
    }
}
