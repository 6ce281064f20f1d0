using Aldis.Catalog;
using Aldis.Diagnostics;
using Aldis.Dispatch;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Pipeline;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis;

/// <summary>A bus between its start and its stop: one transport, a publisher for each topic, a pump for each topic of each group.</summary>
internal sealed class RunningBus
{
    private readonly ITransport _transport;
    private readonly EnvelopeFactory _factory;
    private readonly Publishers _publishers;
    private readonly EventBusBuilder _builder;
    private readonly GroupName _privateGroup;
    private readonly List<Func<Pump>> _opened = [];
    private Pump[] _pumps = [];
    private IDisposable[] _carried = [];

    private RunningBus(EventBusBuilder builder, ITransport transport, EventCatalog catalog)
    {
        (_builder, _transport, Catalog) = (builder, transport, catalog);
        var limits = builder.Limits with { MaxBodyBytes = Math.Min(builder.Limits.MaxBodyBytes, transport.Features.MaxBody ?? int.MaxValue) };
        _factory = new EnvelopeFactory(builder.Registry, builder.Codec, limits, builder.Source, builder.Time);
        _publishers = new Publishers(transport, builder.Time);
        _privateGroup = GroupName.OfInstance(EventId.New(builder.Time));
    }

    public EventCatalog Catalog { get; }

    public IDeadLetterStore DeadLetters => new OwnDeadLetters((IDeadLetterStore)_transport, _privateGroup);

    public IReadOnlyList<Fault> Troubles => [.. _pumps.Select(pump => pump.Health.Trouble).OfType<Fault>()];

    public static async ValueTask<RunningBus> StartAsync(EventBusBuilder builder, IServiceProvider services, ILogger log, CancellationToken cancel)
    {
        var faults = new FaultList();
        var catalog = builder.MakeCatalog(faults);
        BusRules.Check(builder, catalog, services, faults);
        ITransport? transport = null;
        faults.Collect(() => transport = builder.Choice.Open(new TransportContext(builder.Time, new QuietLoggers(builder.Loggers))));
        faults.ThrowIfAny();

        var bus = new RunningBus(builder, transport!, catalog);
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
        _carried = [.. _builder.Carriers.Select(carrier => carrier.Attach(_factory, _publishers.PublishAsync))];
        _pumps = [.. _opened.Select(start => start())];
    }

    public async ValueTask<Published> PublishAsync<T>(T @event, PublishOptions? options, CancellationToken cancel) where T : notnull
    {
        var envelope = _factory.Seal(@event, options);
        await _publishers.PublishAsync(envelope, cancel).ConfigureAwait(false);
        return new Published(envelope.Id, _transport.Features.Durable);
    }

    public async ValueTask<int> StopAsync(CancellationToken hurry)
    {
        try
        {
            // A handler that is to end may be waiting for what it publishes.
            await using var hurrying = hurry.Register(_publishers.Hurry).ConfigureAwait(false);
            return (await Task.WhenAll(_pumps.Select(pump => pump.StopAsync(hurry).AsTask())).ConfigureAwait(false)).Sum();
        }
        finally
        {
            Array.ForEach(_carried, attachment => attachment.Dispose());
            await CloseAsync().ConfigureAwait(false);
        }
    }

    public BusDescription Describe() => new(_transport, Catalog, _builder.Codec, _builder.Steps);

    private async ValueTask OpenAsync(IServiceProvider services, ILogger log, CancellationToken cancel)
    {
        RequireDeadLetters();
        await _transport.StartAsync(cancel).ConfigureAwait(false);
        var pipeline = new PipelineFactory(_builder, services, log);
        foreach (var stream in Catalog.Streams)
        {
            var handler = pipeline.Wrap(Router.Of(stream, pipeline.Wrap, log));
            _opened.Add(await OpenPumpAsync(stream, handler, services, log, cancel).ConfigureAwait(false));
        }

        log.BusStarted(_transport.Features.System, Catalog.Streams.Select(stream => stream.Key.Topic).Distinct().Count(),
            Catalog.Streams.Select(stream => stream.Key.Group).Distinct().Count());
    }

    private async ValueTask<Func<Pump>> OpenPumpAsync(
        IGrouping<(TopicName Topic, GroupName Group), Subscription> stream, Handler handler, IServiceProvider services, ILogger log, CancellationToken cancel)
    {
        var (topic, group) = stream.Key;
        var concurrency = stream.Max(one => one.Options.Concurrency);
        var unsettled = Math.Max(concurrency, stream.Max(one => one.Options.MaxUnsettled));
        var spec = new PumpSpec(topic, group, handler, concurrency, unsettled, _factory, services)
        {
            KeepsKeyOrder = _transport.Features.KeyOrder, WhenDead = stream.First().Options.WhenDead,
        };
        var receiver = await _transport.OpenReceiverAsync(SpecOf(spec), cancel).ConfigureAwait(false);
        var health = new PumpHealth(group.Value, topic.Value, log);
        Func<Envelope, ValueTask>? publishFirst = _transport.Features.AtomicSettlement
            ? null
            : envelope => _publishers.PublishAsync(envelope, CancellationToken.None);
        return () => new Pump(
            spec, receiver, new Settler(receiver, spec, publishFirst, health, log, _builder.Time), health, log, _builder.Time);
    }

    private ReceiverSpec SpecOf(PumpSpec spec) => spec.Group == GroupName.EachInstance
        ? new ReceiverSpec(spec.Topic, _privateGroup, spec.MaxUnsettled) { IsPrivate = true }
        : new ReceiverSpec(spec.Topic, spec.Group, spec.MaxUnsettled);

    private async ValueTask CloseAsync()
    {
        try
        {
            await _publishers.StopAsync().ConfigureAwait(false);
        }
        finally
        {
            await _transport.DisposeAsync().ConfigureAwait(false);
        }
    }

    private void RequireDeadLetters()
    {
        if (_transport is not IDeadLetterStore)
        {
            throw new AldisException(new Fault(ErrorCodes.MissingFeature, $"The transport '{_transport.Features.System}' keeps no dead letters."));
        }
    }
}
