using Aldis.Errors;
using Aldis.Tests.Support;
using Aldis.Transports;

namespace Aldis.Tests.Diagnostics;

[Collection(TelemetryRecorder.Alone)]
public sealed class MetricTests : IDisposable
{
    private readonly TelemetryRecorder _telemetry = new(spans: false);

    public void Dispose() => _telemetry.Dispose();

    [Fact]
    public async Task What_is_published_and_delivered_is_counted()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("shipping", (order, context) =>
            {
                context.Publish(new OrderShipped(order.Id));
                return ValueTask.CompletedTask;
            })
            .Subscribe<OrderShipped>("mail", (_, _) => ValueTask.CompletedTask));
        await stage.PublishAsync(new OrderPlaced("1"));
        await stage.PublishAsync(new OrderPlaced("2"));
        await stage.UntilAsync(() => stage.Transport.Settled == 4, "the settlements");
        await stage.StopAsync(CancellationToken.None);

        Assert.Equal((2, 2), (Sum("messaging.client.sent.messages", "orders.placed"), Sum("messaging.client.sent.messages", "orders.shipped")));
        Assert.Equal((2, 2), (Sum("messaging.client.consumed.messages", "orders.placed"), Sum("messaging.client.consumed.messages", "orders.shipped")));
    }

    [Fact]
    public async Task A_publish_in_vain_is_counted_as_such()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.AddEvent<OrderPlaced>());
        stage.Transport.SendError = new TransportException(new Fault(ErrorCodes.TransportFailed, "no"));
        var error = await Assert.ThrowsAsync<PublishException>(() => stage.PublishAsync(new OrderPlaced("1")));

        var sent = Assert.Single(_telemetry.All, one => one.Name == "messaging.client.sent.messages");
        Assert.Equal((1d, error.Code), (sent.Value, sent.Tags["error.type"]));
    }

    [Fact]
    public async Task Durations_are_those_of_the_clock()
    {
        BusStage? stage = null;
        stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) =>
        {
            stage!.Time.Advance(TimeSpan.FromSeconds(3));
            return ValueTask.CompletedTask;
        }));
        await using var started = stage;
        await stage.Bus.PublishAsync(new OrderPlaced("1"));
        await Clock.StandingStillUntilAsync(() => _telemetry.All.Any(one => one.Name == "messaging.process.duration"), "the duration");

        Assert.Equal(3, Assert.Single(_telemetry.All, one => one.Name == "messaging.process.duration").Value);
    }

    [Fact]
    public async Task Retries_and_dead_letters_are_counted_when_they_are_stored()
    {
        var policy = new RetryPolicy { ImmediateRetries = 1, MaxAttempts = 3 };
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing",
            (_, _) => throw new InvalidOperationException(), new SubscriptionOptions { Retry = policy }));
        await stage.PublishAsync(new OrderPlaced("1"));
        await stage.UntilAsync(() => _telemetry.Sum("aldis.message.dead_lettered") > 0, "the dead letter");

        Assert.Equal((2, 1), (_telemetry.Sum("aldis.message.retries"), _telemetry.Sum("aldis.message.dead_lettered")));
    }

    [Fact]
    public async Task A_lost_lease_is_counted_and_its_verdict_is_not()
    {
        await using var stage = new BusStage();
        var receiver = new Refusing();
        await using var observed = Observe(receiver, null, stage.Time);
        receiver.Refuses = true;
        var delivery = new Delivery(Envelopes.Of("orders.placed", "{}"), 1, null, 1);
        await observed.SettleAsync(new[] { new Settlement(delivery, Verdict.Retry(TimeSpan.Zero), []) }, CancellationToken.None);

        Assert.Equal((1, 0), (_telemetry.Sum("aldis.lease.lost"), _telemetry.Sum("aldis.message.retries")));
    }

    [Fact]
    public async Task Dead_letters_for_which_there_is_no_room_are_counted()
    {
        var time = new Clock();
        await using var bus = await EventBus.StartAsync(bus =>
        {
            bus.Time = time;
            bus.UseInMemory(new InMemoryOptions { DeadLetterCapacity = 1 })
                .Subscribe<OrderPlaced>("billing", (_, _) => throw new DeadLetterException("no"));
        });
        for (var number = 0; number < 3; number++)
        {
            await bus.PublishAsync(new OrderPlaced("1"));
        }

        await time.UntilAsync(() => _telemetry.Sum("aldis.message.dropped") >= 2, "the dropped");
        var dropped = _telemetry.All.Where(one => one.Name == "aldis.message.dropped").ToArray();
        Assert.Equal(2, dropped.Length);
        Assert.All(dropped, one => Assert.Equal(("orders.placed", "billing"), (one.Tags["messaging.destination.name"], one.Tags["messaging.consumer.group.name"])));
    }

    [Fact]
    public void Events_that_a_buffer_of_a_signal_drops_are_counted()
    {
        var signal = new SignalSpace().Get<string>("prices");
        using var buffer = signal.Buffer(1, WhenFull.DropOldest);
        signal.Send("1");
        signal.Send("2");

        var dropped = Assert.Single(_telemetry.All, one => one.Name == "aldis.message.dropped");
        Assert.Equal((1d, "prices"), (dropped.Value, dropped.Tags["messaging.destination.name"]));
        Assert.Equal(buffer.Dropped, dropped.Value);
    }

    [Fact]
    public void Of_two_buffers_of_a_signal_the_fuller_one_is_shown_until_it_is_disposed()
    {
        var signal = new SignalSpace().Get<string>("two-buffers");
        var small = signal.Buffer(2, WhenFull.Fail);
        using var large = signal.Buffer(4, WhenFull.Fail);
        signal.Send("1");
        Assert.Equal(0.5, Utilization());
        small.Dispose();
        Assert.Equal(0.25, Utilization());

        double Utilization() => Assert.Single(
            _telemetry.Collect("aldis.buffer.utilization"), one => Is(one, "messaging.destination.name", "two-buffers")).Value;
    }

    [Fact]
    public async Task The_backlog_of_a_group_is_shown_while_it_is_served()
    {
        var handling = new TaskCompletionSource();
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderMeasured>("billing", async (order, _) =>
        {
            if (order.Id == "slow")
            {
                await handling.Task;
            }

            throw new InvalidOperationException();
        }, new SubscriptionOptions { MaxUnsettled = 2, Retry = new RetryPolicy { ImmediateRetries = 0, MaxAttempts = 2, FirstDelay = TimeSpan.FromMinutes(1) } }));
        var published = stage.Time.GetUtcNow();
        await stage.Bus.PublishAsync(new OrderMeasured("again"));
        await Clock.StandingStillUntilAsync(() => _telemetry.Sum("aldis.message.retries") == 1, "the retry");
        stage.Time.Advance(TimeSpan.FromSeconds(10));
        await stage.Bus.PublishAsync(new OrderMeasured("slow"));
        await stage.Bus.PublishAsync(new OrderMeasured("held"));
        await stage.Bus.PublishAsync(new OrderMeasured("waits"));
        await Clock.StandingStillUntilAsync(() => Value("aldis.buffer.utilization", "process") == 1, "the full pump");

        Assert.Equal(4, Value("aldis.queue.depth"));
        Assert.Equal((stage.Time.GetUtcNow() - published).TotalSeconds, Value("aldis.queue.oldest_message.age"));
        Assert.Equal(0, Value("aldis.buffer.utilization", "publish"));

        handling.SetResult();
        await stage.UntilAsync(() => Value("aldis.queue.depth") == 0, "an empty backlog");
        Assert.Equal(0, Value("aldis.queue.oldest_message.age"));
        await stage.StopAsync(CancellationToken.None);
        Assert.Empty(Collect("aldis.queue.depth"));
        Assert.Empty(Collect("aldis.buffer.utilization"));
    }

    [Fact]
    public async Task A_backlog_that_is_told_late_is_shown_a_collection_later_and_one_that_fails_not_at_all()
    {
        await using var stage = new BusStage();
        var answer = new TaskCompletionSource<Backlog>();
        var asked = 0;
        stage.Transport.ReadBacklog = (_, _, _) =>
        {
            asked++;
            return new(answer.Task);
        };
        await stage.StartAsync(bus => bus.Subscribe<OrderMeasured>("billing", (_, _) => ValueTask.CompletedTask));
        Assert.Equal(0, asked);
        Assert.Empty(Collect("aldis.queue.depth"));
        Assert.Empty(Collect("aldis.queue.depth"));
        Assert.Equal(1, asked);

        answer.SetResult(new Backlog(7, null));
        await stage.UntilAsync(() => Collect("aldis.queue.depth") is [{ Value: 7 }], "the backlog");
        stage.Transport.ReadBacklog = (_, _, _) => throw new TimeoutException();
        Assert.Empty(Collect("aldis.queue.depth"));
    }

    private double Sum(string name, string topic)
        => _telemetry.All.Where(one => one.Name == name && (string?)one.Tags["messaging.destination.name"] == topic).Sum(one => one.Value);

    private double Value(string name, string? operation = null)
        => Assert.Single(Collect(name), one => operation is null || Is(one, "messaging.operation.name", operation)).Value;

    /// <summary>Of these tests: others leave things behind until they are collected.</summary>
    private List<Measured> Collect(string name) => [.. _telemetry.Collect(name).Where(
        one => Is(one, "messaging.destination.name", "orders.measured"))];

    private static bool Is(Measured one, string name, string value) => one.Tags.GetValueOrDefault(name) is string found && found == value;

    private static Aldis.Dispatch.ObservedReceiver Observe(IReceiver receiver, IBacklog? backlogs, TimeProvider time) => new(
        receiver, Stages.Spec, backlogs, Stages.Telemetry(time), time);

    [Event("orders.measured")]
    private sealed record OrderMeasured(string Id);

    private sealed class Refusing : IReceiver
    {
        public bool Refuses { get; set; }

        public ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel)
            => new(Refuses ? batch.ToArray() : []);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
