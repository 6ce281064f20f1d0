using System.Diagnostics;
using Aldis.Events;
using Aldis.Tests.Support;

namespace Aldis.Tests.Diagnostics;

[Collection(TelemetryRecorder.Alone)]
public sealed class PropagationTests : IDisposable
{
    private const string Foreign = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

    private readonly List<Envelope> _handled = [];
    private TelemetryRecorder _telemetry = new(metrics: false);

    public void Dispose() => _telemetry.Dispose();

    [Fact]
    public async Task The_context_of_the_publishing_travels_in_the_headers()
    {
        using var request = new Activity("request") { TraceStateString = "vendor=1" }.Start();
        request.AddBaggage("user", "42");
        var headers = (await PublishAsync(new PublishOptions { Headers = Headers.Of(("tenant", "a")) })).Headers;

        var publish = _telemetry.Span("publish orders.placed");
        Assert.Equal(["tenant", "traceparent", "tracestate"], headers.Select(header => header.Key));
        Assert.Equal(("a", publish.Id, "vendor=1"), (headers["tenant"], headers["traceparent"], headers["tracestate"]));
    }

    [Fact]
    public async Task A_context_that_the_event_brings_stays_and_is_linked_to()
    {
        var envelope = await PublishAsync(new PublishOptions { Headers = Headers.Of(("traceparent", Foreign)) });

        var publish = _telemetry.Span("publish orders.placed");
        Assert.Equal(Foreign, envelope.Headers["traceparent"]);
        Assert.Equal((ActivityKind.Client, "00f067aa0ba902b7"), (publish.Kind, Assert.Single(publish.Links).Context.SpanId.ToHexString()));
    }

    [Fact]
    public async Task A_context_that_nobody_can_read_is_replaced_with_its_state()
    {
        var headers = Headers.Of(("traceparent", "what?"), ("tracestate", "old=1"));
        var envelope = await PublishAsync(new PublishOptions { Headers = headers });
        Assert.Equal((_telemetry.Span("publish orders.placed").Id, null), (envelope.Headers["traceparent"], envelope.Headers["tracestate"]));
    }

    [Fact]
    public async Task A_foreign_context_that_nobody_can_read_does_no_harm()
    {
        await using var stage = await HandlingAsync();
        await stage.SendAsync(Envelopes.Of("orders.placed", "{}") with { Headers = Headers.Of(("traceparent", "00-zz"), ("tracestate", "a=1")) });
        await stage.UntilAsync(() => _telemetry.Has("ack orders.placed"), "the settlement");
        Assert.Empty(_telemetry.Span("process orders.placed").Links);
    }

    [Fact]
    public async Task Headers_that_a_handler_copies_do_not_bring_the_context_along()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("shipping", (order, context) =>
            {
                context.Publish(new OrderShipped(order.Id), new PublishOptions { Headers = context.Headers });
                return ValueTask.CompletedTask;
            })
            .Subscribe<OrderShipped>("mail", Note));
        await stage.PublishAsync(new OrderPlaced("1"), new PublishOptions { Headers = Headers.Of(("traceparent", Foreign), ("tracestate", "old=1")) });
        await stage.UntilAsync(() => _telemetry.Has("ack orders.shipped"), "the settlement");

        var headers = Assert.Single(_handled).Headers;
        Assert.Equal((_telemetry.Span("publish orders.shipped").Id, null), (headers["traceparent"], headers["tracestate"]));
    }

    [Fact]
    public async Task A_context_of_its_own_that_a_handler_gives_stays()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("shipping", (order, context) =>
            {
                context.Publish(new OrderShipped(order.Id), new PublishOptions { Headers = Headers.Of(("traceparent", Foreign)) });
                return ValueTask.CompletedTask;
            })
            .Subscribe<OrderShipped>("mail", Note));
        await stage.PublishAsync(new OrderPlaced("1"));
        await stage.UntilAsync(() => _telemetry.Has("ack orders.shipped"), "the settlement");
        Assert.Equal(Foreign, Assert.Single(_handled).Headers["traceparent"]);
    }

    [Theory]
    [InlineData(64, 16384, null)]
    [InlineData(63, 16384, "traceparent")]
    [InlineData(62, 16384, "traceparent,tracestate")]
    [InlineData(0, 65, null)]
    [InlineData(0, 66, "traceparent")]
    [InlineData(0, 66 + 18, "traceparent,tracestate")]
    public async Task What_does_not_fit_within_the_limits_is_left_out(int headers, int bytes, string? added)
    {
        using var request = new Activity("request") { TraceStateString = "vendor=1" }.Start();
        var given = Headers.Of([.. Enumerable.Range(0, headers).Select(number => ($"h{number}", "x"))]);
        var envelope = await PublishAsync(
            new PublishOptions { Headers = given }, bus => bus.Limits = bus.Limits with { MaxHeaderBytes = bytes });
        Assert.Equal(added?.Split(',') ?? [], envelope.Headers.Select(header => header.Key).Skip(headers));
    }

    [Fact]
    public async Task A_state_that_no_header_can_hold_is_left_out()
    {
        using var request = new Activity("request") { TraceStateString = "a=1\r\nevil: 1" }.Start();
        var envelope = await PublishAsync(new PublishOptions());
        Assert.Equal(["traceparent"], envelope.Headers.Select(header => header.Key));
    }

    [Fact]
    public async Task A_span_that_is_not_sampled_hands_on_the_trace_it_is_in()
    {
        _telemetry.Dispose();
        _telemetry = new TelemetryRecorder(metrics: false, sample: ActivitySamplingResult.None);
        using var request = new Activity("request").Start();
        var envelope = await PublishAsync(new PublishOptions());
        Assert.Equal(request.Id, envelope.Headers["traceparent"]);
        Assert.Empty(_telemetry.Spans);
    }

    [Fact]
    public async Task Nothing_travels_where_nobody_listens()
    {
        _telemetry.Dispose();
        using var request = new Activity("request").Start();
        Assert.Empty((await PublishAsync(new PublishOptions())).Headers);
    }

    private async Task<Envelope> PublishAsync(PublishOptions options, Action<EventBusBuilder>? configure = null)
    {
        await using var stage = await HandlingAsync(configure);
        await stage.PublishAsync(new OrderPlaced("1"), options);
        await stage.UntilAsync(() => _handled.Count > 0, "the event");
        return Assert.Single(_handled);
    }

    private Task<BusStage> HandlingAsync(Action<EventBusBuilder>? configure = null) => BusStage.StartedAsync(bus =>
    {
        configure?.Invoke(bus);
        bus.Subscribe<OrderPlaced>("billing", Note);
    });

    private ValueTask Note<T>(T @event, EventContext context)
    {
        _handled.Add(context.Envelope);
        return ValueTask.CompletedTask;
    }
}
