using System.Diagnostics;
using Aldis.Errors;
using Aldis.Tests.Support;

namespace Aldis.Tests.Diagnostics;

[Collection(TelemetryRecorder.Alone)]
public sealed class SpanTests : IDisposable
{
    private static readonly SubscriptionOptions _twice = new() { Retry = new RetryPolicy { ImmediateRetries = 0, MaxAttempts = 2 } };

    private readonly TelemetryRecorder _telemetry = new(metrics: false);

    public void Dispose() => _telemetry.Dispose();

    [Fact]
    public async Task Publishing_is_a_child_of_whoever_publishes()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.AddEvent<OrderPlaced>());
        using var request = new Activity("request").Start();
        var id = await stage.PublishAsync(new OrderPlaced("1"));

        var publish = _telemetry.Span("publish orders.placed");
        Assert.Equal((request.SpanId, ActivityKind.Producer), (publish.ParentSpanId, publish.Kind));
        Assert.Equal(id.ToString(), publish.GetTagItem("messaging.message.id"));
        Assert.Same(request, Activity.Current);
    }

    [Fact]
    public async Task Handling_is_linked_to_the_publishing_and_begins_a_trace()
    {
        using var starter = new Activity("starter").Start();
        await using var stage = await HandledAsync(static _ => { });
        using var request = new Activity("request").Start();
        await stage.PublishAsync(new OrderPlaced("1"));
        await UntilAsync(stage, "ack orders.placed");

        var publish = _telemetry.Span("publish orders.placed");
        foreach (var name in (string[])["receive orders.placed", "process orders.placed", "ack orders.placed"])
        {
            var span = _telemetry.Span(name);
            Assert.Equal(publish.Context.SpanId, Assert.Single(span.Links).Context.SpanId);
            Assert.Equal(publish.TraceId, Assert.Single(span.Links).Context.TraceId);
            Assert.Null(span.Parent);
            Assert.Equal(default, span.ParentSpanId);
        }

        Assert.Equal(ActivityKind.Consumer, _telemetry.Span("process orders.placed").Kind);
        Assert.Equal(ActivityKind.Client, _telemetry.Span("receive orders.placed").Kind);
        Assert.Equal(ActivityKind.Client, _telemetry.Span("ack orders.placed").Kind);
    }

    [Fact]
    public async Task A_batch_has_one_span_which_is_linked_to_the_publishing_of_each_event()
    {
        var current = new List<Activity?>();
        await using var stage = await BusStage.StartedAsync(bus => bus.SubscribeBatch<OrderPlaced>("batches", (_, context) =>
        {
            current.Add(Activity.Current);
            context.Fail(1, new TimeoutException("slow"));
            return ValueTask.CompletedTask;
        }, _twice with { Batch = new BatchOptions { MaxItems = 3, MaxWait = TimeSpan.FromHours(1) } }));
        for (var number = 1; number <= 3; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"));
        }

        await UntilAsync(stage, "ack orders.placed");
        var process = _telemetry.Span("process orders.placed");
        Assert.Same(process, Assert.Single(current));
        Assert.Equal(3, process.GetTagItem("messaging.batch.message_count"));
        Assert.Null(process.GetTagItem("messaging.message.id"));
        Assert.Equal("System.TimeoutException", process.GetTagItem("error.type"));
        Assert.Equal(_telemetry.Spans.Where(span => span.DisplayName == "publish orders.placed").Select(span => span.SpanId.ToString()).Order(),
            process.Links.Select(link => link.Context.SpanId.ToString()).Order());
        Assert.Null(process.Parent);
    }

    [Fact]
    public async Task Handling_continues_the_trace_where_that_is_wanted()
    {
        await using var stage = await HandledAsync(static bus => bus.Telemetry = new TelemetryOptions { ContinueTrace = true });
        await stage.PublishAsync(new OrderPlaced("1"));
        await UntilAsync(stage, "ack orders.placed");

        var publish = _telemetry.Span("publish orders.placed");
        var process = _telemetry.Span("process orders.placed");
        Assert.Equal((publish.TraceId, publish.SpanId), (process.TraceId, process.ParentSpanId));
        Assert.Equal(publish.SpanId, Assert.Single(process.Links).Context.SpanId);
    }

    [Fact]
    public async Task What_a_handler_publishes_is_a_child_of_its_span()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("shipping", (order, context) =>
            {
                context.Publish(new OrderShipped(order.Id));
                return ValueTask.CompletedTask;
            })
            .Subscribe<OrderShipped>("mail", (_, _) => ValueTask.CompletedTask));
        await stage.PublishAsync(new OrderPlaced("1"));
        await UntilAsync(stage, "ack orders.shipped");

        var publish = _telemetry.Span("publish orders.shipped");
        Assert.Equal(_telemetry.Span("process orders.placed").SpanId, publish.ParentSpanId);
        Assert.Equal("create", publish.GetTagItem("messaging.operation.type"));
        Assert.Equal(publish.SpanId, Assert.Single(_telemetry.Span("process orders.shipped").Links).Context.SpanId);
        Assert.Equal(_telemetry.Span("publish orders.placed").GetTagItem("messaging.message.id"), publish.GetTagItem("messaging.message.conversation_id"));
    }

    [Fact]
    public async Task What_a_handler_publishes_on_the_bus_is_a_child_of_its_span_too()
    {
        BusStage? stage = null;
        stage = await BusStage.StartedAsync(bus => bus.AddEvent<OrderShipped>().Subscribe<OrderPlaced>("shipping",
            async (order, _) => await stage!.PublishAsync(new OrderShipped(order.Id))));
        await using var started = stage;
        await stage.PublishAsync(new OrderPlaced("1"));
        await UntilAsync(stage, "ack orders.placed");

        Assert.Equal(_telemetry.Span("process orders.placed").SpanId, _telemetry.Span("publish orders.shipped").ParentSpanId);
    }

    [Fact]
    public async Task Where_the_transport_cannot_settle_and_publish_in_one_step_the_sending_is_linked_to_the_making()
    {
        await using var stage = new BusStage();
        stage.Transport.Features = stage.Transport.Features with { AtomicSettlement = false };
        await stage.StartAsync(bus => bus.AddEvent<OrderShipped>().Subscribe<OrderPlaced>("shipping", (order, context) =>
        {
            context.Publish(new OrderShipped(order.Id));
            return ValueTask.CompletedTask;
        }));
        await stage.PublishAsync(new OrderPlaced("1"));
        await stage.UntilAsync(() => _telemetry.Has("publish orders.shipped", times: 2), "the second span");

        var (made, sent) = (_telemetry.Spans.First(Is("create")), _telemetry.Spans.First(Is("send")));
        Assert.Equal((ActivityKind.Client, made.SpanId), (sent.Kind, Assert.Single(sent.Links).Context.SpanId));

        static Func<Activity, bool> Is(string type)
            => span => span.DisplayName == "publish orders.shipped" && (string?)span.GetTagItem("messaging.operation.type") == type;
    }

    [Fact]
    public async Task A_failure_is_told_by_its_kind_and_not_by_its_message()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing",
            (_, _) => throw new InvalidOperationException("secret"), _twice));
        await stage.PublishAsync(new OrderPlaced("1"));
        await stage.UntilAsync(() => _telemetry.Has("nack orders.placed", times: 2), "the second refusal");

        var spans = _telemetry.Spans.Where(span => span.DisplayName == "process orders.placed").ToArray();
        Assert.Equal(2, spans.Length);
        Assert.All(spans, span => Assert.Equal("System.InvalidOperationException", span.GetTagItem("error.type")));
        Assert.All(spans, span => Assert.Equal((ActivityStatusCode.Error, null), (span.Status, span.StatusDescription)));
        Assert.All(_telemetry.Spans, span => Assert.Empty(span.Events));
        Assert.All(_telemetry.Spans.SelectMany(span => span.TagObjects), tag => Assert.DoesNotContain("secret", tag.Value?.ToString()));
        Assert.False(_telemetry.Has("ack orders.placed"));
    }

    [Fact]
    public async Task A_failure_of_our_own_is_told_by_its_code()
    {
        await using var stage = await HandledAsync(static _ => { });
        await stage.SendAsync(Envelopes.Of("orders.placed", "not json"));
        await UntilAsync(stage, "nack orders.placed");
        Assert.Equal("ALD1005", _telemetry.Span("process orders.placed").GetTagItem("error.type"));

        await stage.SendAsync(Envelopes.Of("orders.placed", "{}", type: "orders.lost"));
        await stage.UntilAsync(() => _telemetry.Has("nack orders.placed", times: 2), "the second refusal");
        Assert.Equal("_OTHER", _telemetry.Spans.Last(span => span.DisplayName == "process orders.placed").GetTagItem("error.type"));
    }

    [Fact]
    public async Task A_handler_that_succeeds_at_once_after_a_failure_has_succeeded()
    {
        var tries = 0;
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing",
            (_, _) => ++tries == 1 ? throw new InvalidOperationException() : ValueTask.CompletedTask));
        await stage.PublishAsync(new OrderPlaced("1"));
        await UntilAsync(stage, "ack orders.placed");

        Assert.Equal(2, tries);
        Assert.Equal(ActivityStatusCode.Unset, _telemetry.Span("process orders.placed").Status);
    }

    [Fact]
    public async Task A_publish_that_fails_says_so()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.AddEvent<OrderPlaced>());
        stage.Transport.SendError = new TransportException(new Fault(ErrorCodes.TransportFailed, "no"));
        var error = await Assert.ThrowsAsync<PublishException>(() => stage.PublishAsync(new OrderPlaced("1")));

        var publish = _telemetry.Span("publish orders.placed");
        Assert.Equal((error.Code, ActivityStatusCode.Error), (publish.GetTagItem("error.type"), publish.Status));
    }

    [Fact]
    public async Task A_receive_and_a_settlement_that_fail_say_so()
    {
        await using var stage = new BusStage();
        stage.Transport.ReceiveError = new InvalidOperationException();
        await stage.StartAsync(Handled);
        await UntilAsync(stage, "receive orders.placed");
        Assert.Equal("System.InvalidOperationException", _telemetry.Span("receive orders.placed").GetTagItem("error.type"));

        stage.Transport.SettleError = new TimeoutException();
        stage.Transport.ReceiveError = null;
        await stage.PublishAsync(new OrderPlaced("1"));
        await UntilAsync(stage, "ack orders.placed");
        Assert.Equal("System.TimeoutException", _telemetry.Spans.First(span => span.DisplayName == "ack orders.placed").GetTagItem("error.type"));
        stage.Transport.SettleError = null;
    }

    [Fact]
    public async Task An_event_that_is_published_later_is_given_its_context_when_it_is_scheduled()
    {
        await using var stage = await HandledAsync(static _ => { });
        using var request = new Activity("request").Start();
        await stage.PublishAsync(new OrderPlaced("1"), new PublishOptions { After = TimeSpan.FromHours(1) });
        Assert.False(_telemetry.Has("process orders.placed"));
        stage.Time.Advance(TimeSpan.FromHours(1));
        await UntilAsync(stage, "ack orders.placed");

        var schedule = _telemetry.Span("schedule orders.placed");
        Assert.Equal(
            (ActivityKind.Producer, "send", request.SpanId), (schedule.Kind, schedule.GetTagItem("messaging.operation.type"), schedule.ParentSpanId));
        Assert.Equal(schedule.SpanId, Assert.Single(_telemetry.Span("process orders.placed").Links).Context.SpanId);
    }

    [Fact]
    public async Task What_a_handler_publishes_for_later_is_a_child_of_its_span()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.AddEvent<OrderShipped>().Subscribe<OrderPlaced>("shipping", (order, context) =>
        {
            context.Publish(new OrderShipped(order.Id), new PublishOptions { After = TimeSpan.FromHours(1) });
            return ValueTask.CompletedTask;
        }));
        await stage.PublishAsync(new OrderPlaced("1"));
        await UntilAsync(stage, "ack orders.placed");

        var schedule = _telemetry.Span("schedule orders.shipped");
        Assert.Equal(_telemetry.Span("process orders.placed").SpanId, schedule.ParentSpanId);
        Assert.Equal("create", schedule.GetTagItem("messaging.operation.type"));
    }

    [Fact]
    public async Task A_batch_has_a_number_and_links_and_no_id()
    {
        await using var stage = new BusStage();
        await stage.StartAsync(Handled);
        await stage.StopAsync(CancellationToken.None);
        for (var number = 0; number < 3; number++)
        {
            await stage.SendAsync(Envelopes.Of("orders.placed", "{}") with
            {
                Headers = Headers.Of(("traceparent", $"00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b{number}-01")),
            });
        }

        await stage.StartAsync(Handled);
        await UntilAsync(stage, "receive orders.placed");
        var receive = _telemetry.Span("receive orders.placed");
        Assert.Equal((3, null), (receive.GetTagItem("messaging.batch.message_count"), receive.GetTagItem("messaging.message.id")));
        Assert.Equal(
            ["00f067aa0ba902b0", "00f067aa0ba902b1", "00f067aa0ba902b2"], receive.Links.Select(link => link.Context.SpanId.ToHexString()));
        Assert.Equal(stage.Time.GetUtcNow().UtcDateTime, receive.StartTimeUtc + receive.Duration, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task The_private_groups_of_all_instances_have_one_name()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>(Group.EachInstance, (_, _) => ValueTask.CompletedTask));
        await stage.PublishAsync(new OrderPlaced("1"));
        await UntilAsync(stage, "ack orders.placed");

        var groups = _telemetry.Spans.Select(span => span.GetTagItem("messaging.consumer.group.name")).OfType<string>();
        Assert.Equal([Group.EachInstance], groups.Distinct());
    }

    [Fact]
    public async Task A_transport_with_a_server_is_told_with_its_address()
    {
        await using var stage = new BusStage();
        stage.Transport.Features = stage.Transport.Features with { System = "rabbitmq", ServerAddress = "broker.example", ServerPort = 5672 };
        await stage.StartAsync(Handled);
        await stage.PublishAsync(new OrderPlaced("1"));
        await UntilAsync(stage, "ack orders.placed");

        Assert.All(_telemetry.Spans, span => Assert.Equal(
            ("rabbitmq", "broker.example", 5672),
            (span.GetTagItem("messaging.system"), span.GetTagItem("server.address"), span.GetTagItem("server.port"))));
        Assert.All(_telemetry.AtStart.Values, names => Assert.Superset((HashSet<string>)["server.address", "server.port"], names.ToHashSet()));
    }

    private static void Handled(EventBusBuilder bus) => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask);

    private static Task<BusStage> HandledAsync(Action<EventBusBuilder> configure) => BusStage.StartedAsync(bus =>
    {
        Handled(bus);
        configure(bus);
    });

    private Task UntilAsync(BusStage stage, string span) => stage.UntilAsync(() => _telemetry.Has(span), span);
}
