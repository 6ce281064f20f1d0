using System.Diagnostics;
using System.Diagnostics.Metrics;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Telemetry;

/// <summary>
/// Every name that is emitted, in a list of its own: the OpenTelemetry messaging conventions, and ours. It is not made of the names in the sources, so that
/// a change there is seen here.
/// </summary>
[Collection(TelemetryRecorder.Alone)]
public sealed class EmittedNamesTests : IDisposable
{
    private const string Common = "messaging.client.id messaging.destination.name messaging.operation.name messaging.operation.type messaging.system";
    private const string OfGroup = $"messaging.consumer.group.name {Common}";

    /// <summary>Kind and name, the type of the operation, and the attributes: those with a plus come at the end, the others are there for a sampler.</summary>
    private static readonly string[] _spans =
    [
        $"Client ack orders.placed: settle | {OfGroup} messaging.message.id",
        $"Client ack orders.shipped: settle | {OfGroup} messaging.message.conversation_id messaging.message.id",
        $"Client nack orders.refused: settle | {OfGroup} messaging.message.id",
        $"Client receive orders.placed: receive | {OfGroup} messaging.message.id",
        $"Client receive orders.refused: receive | {OfGroup} messaging.message.id",
        $"Client receive orders.shipped: receive | {OfGroup} messaging.message.conversation_id messaging.message.id",
        $"Consumer process orders.placed: process | {OfGroup} messaging.message.id",
        $"Consumer process orders.refused: process | {OfGroup} messaging.message.id +error.type",
        $"Consumer process orders.shipped: process | {OfGroup} messaging.message.conversation_id messaging.message.id",
        $"Producer publish orders.placed: send | {Common} messaging.message.id",
        $"Producer publish orders.refused: send | {Common} messaging.message.id",
        $"Producer publish orders.shipped: create | {Common} messaging.message.conversation_id messaging.message.id",
    ];

    /// <summary>Name, kind and unit.</summary>
    private static readonly string[] _instruments =
    [
        "aldis.buffer.utilization ObservableGauge 1",
        "aldis.lease.lost Counter {lease}",
        "aldis.message.dead_lettered Counter {message}",
        "aldis.message.dropped Counter {message}",
        "aldis.message.retries Counter {message}",
        "aldis.queue.depth ObservableGauge {message}",
        "aldis.queue.oldest_message.age ObservableGauge s",
        "messaging.client.consumed.messages Counter {message}",
        "messaging.client.operation.duration Histogram s",
        "messaging.client.sent.messages Counter {message}",
        "messaging.process.duration Histogram s",
    ];

    private const string OperationOf = "messaging.destination.name messaging.operation.name messaging.operation.type messaging.system";
    private const string Queue = "messaging.consumer.group.name messaging.destination.name messaging.system";

    /// <summary>The attributes of each metric: the one without a group is of a publisher.</summary>
    private static readonly string[] _measurements =
    [
        $"aldis.buffer.utilization | {OperationOf}",
        $"aldis.buffer.utilization | messaging.consumer.group.name {OperationOf}",
        $"aldis.message.dead_lettered | {Queue}",
        $"aldis.message.retries | {Queue}",
        $"aldis.queue.depth | {Queue}",
        $"aldis.queue.oldest_message.age | {Queue}",
        $"messaging.client.consumed.messages | messaging.consumer.group.name {OperationOf}",
        $"messaging.client.operation.duration | {OperationOf}",
        $"messaging.client.operation.duration | messaging.consumer.group.name {OperationOf}",
        $"messaging.client.sent.messages | {OperationOf}",
        $"messaging.process.duration | error.type messaging.consumer.group.name {OperationOf}",
        $"messaging.process.duration | messaging.consumer.group.name {OperationOf}",
    ];

    private readonly TelemetryRecorder _telemetry = new();
    private readonly TemporaryFolder _folder = new();

    public void Dispose()
    {
        _telemetry.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task A_bus_emits_these_names_and_no_others(string transport)
    {
        await using (var bus = await EventBus.StartAsync(builder => Configure(builder, transport)))
        {
            await bus.PublishAsync(new OrderPlaced("1"));
            await bus.PublishAsync(new OrderRefused("2"));
            await Until.TrueAsync(() => _telemetry.Has("ack orders.shipped") && _telemetry.Sum("aldis.message.dead_lettered") == 1);
            Assert.All(_telemetry.Collect("aldis.queue.depth"), one => Assert.Equal(0, one.Value));
            Assert.Equal(3, _telemetry.Collect("aldis.queue.oldest_message.age").Count);
        }

        Assert.Equal(Sorted(_spans), Sorted(_telemetry.Spans.Select(Line)));
        Assert.Equal(Sorted(_measurements), Sorted(OfBus().Select(one => $"{one.Name} | {string.Join(' ', one.Tags.Keys)}")));
        Assert.All(_telemetry.Spans, span => Assert.Equal("aldis", span.GetTagItem("messaging.system")));
        Assert.All(_telemetry.Spans, span => Assert.Equal(span.DisplayName, $"{span.GetTagItem("messaging.operation.name")} {span.GetTagItem("messaging.destination.name")}"));
        Assert.Single(_telemetry.Spans.Select(span => span.GetTagItem("messaging.client.id")).Distinct());
        Assert.All(_telemetry.Spans, span => Assert.Empty(span.Baggage));
    }

    [Fact]
    public void The_meter_has_these_instruments_and_no_others()
    {
        var found = new List<Instrument>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, _) => Add(instrument) };
        new SignalSpace().Get<string>("anything").Buffer(1, WhenFull.Wait).Dispose();
        listener.Start();

        Assert.Equal(_instruments, Sorted(found.Select(one => $"{one.Name} {one.GetType().Name[..^2]} {one.Unit}")));
        double[] buckets = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
        Assert.All(found.OfType<Histogram<double>>(), one => Assert.Equal(buckets, one.Advice?.HistogramBucketBoundaries));

        void Add(Instrument instrument)
        {
            if (instrument.Meter.Name == "Aldis")
            {
                found.Add(instrument);
            }
        }
    }

    /// <summary>Each line once, in order, and in each the attributes in order.</summary>
    private static IEnumerable<string> Sorted(IEnumerable<string> lines) => lines
        .Select(line => line.Split(" | "))
        .Select(parts => string.Join(" | ", [parts[0], .. parts[1..].Select(names => string.Join(' ', names.Split(' ').Order(StringComparer.Ordinal)))]))
        .Distinct().Order(StringComparer.Ordinal);

    /// <summary>Without the buffers of signals, which have no operation.</summary>
    private IEnumerable<Measured> OfBus() => _telemetry.All.Where(one => one.Tags["messaging.destination.name"] is string topic && topic.StartsWith("orders.", StringComparison.Ordinal));

    private string Line(Activity span)
    {
        var names = span.TagObjects.Select(tag => tag.Key).Select(name => _telemetry.AtStart[span.DisplayName].Contains(name) ? name : $"+{name}");
        return $"{span.Kind} {span.DisplayName}: {span.GetTagItem("messaging.operation.type")} | {string.Join(' ', names)}";
    }

    private void Configure(EventBusBuilder bus, string transport)
    {
        bus.Random = new Random(1);
        var twice = new SubscriptionOptions { Retry = new RetryPolicy { ImmediateRetries = 0, MaxAttempts = 2, FirstDelay = TimeSpan.FromMilliseconds(1) } };
        _ = transport == "memory" ? bus.UseInMemory() : bus.UseSqlite(_folder.File("events.db"));
        bus.Subscribe<OrderPlaced>("shipping", (order, context) =>
            {
                context.Publish(new OrderShipped(order.Id));
                return ValueTask.CompletedTask;
            })
            .Subscribe<OrderShipped>("mail", (_, _) => ValueTask.CompletedTask)
            .Subscribe<OrderRefused>("billing", (_, _) => throw new InvalidOperationException(), twice);
    }

    [Event("orders.placed")]
    private sealed record OrderPlaced(string Id);

    [Event("orders.shipped")]
    private sealed record OrderShipped(string Id);

    [Event("orders.refused")]
    private sealed record OrderRefused(string Id);
}
