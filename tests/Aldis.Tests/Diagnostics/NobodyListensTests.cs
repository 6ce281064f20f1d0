using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Reflection;
using System.Threading.Tasks.Sources;
using Aldis.Diagnostics;
using Aldis.Dispatch;
using Aldis.Events;
using Aldis.Pipeline;
using Aldis.Tests.Signals;
using Aldis.Tests.Support;
using Aldis.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Tests.Diagnostics;

/// <summary>What telemetry costs while nobody listens: nothing. And what a listener can spoil: nothing either.</summary>
[Collection(TelemetryRecorder.Alone)]
public sealed class NobodyListensTests
{
    private static readonly TopicName _topic = TopicName.Parse("orders.placed");
    private static readonly GroupName _group = GroupName.Parse("billing");
    private static readonly Envelope _envelope = Envelopes.Of("orders.placed", "{}");

    private readonly CountingTime _time = new();

    [Fact]
    public void Handling_allocates_nothing_more()
    {
        var telemetry = Stages.Telemetry(_time);
        var handler = new TelemetryStep(telemetry, telemetry.Of(OperationKind.Process, _topic, _group)).Before(static _ => new(Verdict.Done));
        var delivery = new Delivery(_envelope, 1, null, 1);
        var context = new EventContext(delivery, _group, sealer: null!, NoServices.Instance, CancellationToken.None);

        Assert.Equal(0, Allocation.Of(() => Completed(handler(context))));
        Assert.Equal(0, _time.Looks);
    }

    [Fact]
    public void Publishing_in_a_handler_allocates_nothing_more()
    {
        var telemetry = Stages.Telemetry(_time);
        Assert.Equal(0, Allocation.Of(() => Assert.Same(_envelope, telemetry.Create(_envelope, _envelope, isLater: false))));
        Assert.Equal(0, Allocation.Of(() => Assert.False(Telemetry.WatchesPublishing)));
    }

    [Fact]
    public void Counting_allocates_nothing()
    {
        var labels = Stages.Telemetry(_time).About(_topic, _group);
        Assert.Equal(0, Allocation.Of(() => labels.Count(Instruments.Retries, 1)));
        Assert.Equal(0, Allocation.Of(() => Telemetry.Dropped("orders.placed", "billing")));
    }

    [Fact]
    public void Receiving_and_settling_allocate_nothing_more_even_when_they_wait()
    {
        var debuggable = typeof(EventBus).Assembly.GetCustomAttribute<DebuggableAttribute>();
        Assert.SkipWhen(debuggable?.IsJITOptimizerDisabled == true, "Without optimisation the compiler itself allocates for each call of an async method.");
        var inner = new Waiting();
        var receiver = new ObservedReceiver(inner, Stages.Spec, backlogs: null, Stages.Telemetry(_time), _time);
        var deliveries = new Delivery[1];
        var settlements = new[] { new Settlement(new Delivery(_envelope, 1, null, 1), Verdict.Done, []) };

        Assert.Equal(0, Allocation.Of(() =>
        {
            var receiving = receiver.ReceiveAsync(deliveries, CancellationToken.None);
            Assert.False(receiving.IsCompleted);
            inner.Arrive();
            Completed(receiving);
        }));
        Assert.Equal(0, Allocation.Of(() => Completed(receiver.SettleAsync(settlements, CancellationToken.None))));
        Assert.Equal(0, _time.Looks);
    }

    [Fact]
    public async Task A_publish_takes_no_timestamp_and_one_that_is_watched_does()
    {
        var publishers = new Publishers(new InMemoryTransport(new InMemoryOptions(), TimeProvider.System), NullLogger.Instance, TimeProvider.System, Stages.Telemetry(_time));
        await publishers.PublishAsync(_envelope, WhenFull.Wait, CancellationToken.None);
        Assert.Equal(0, _time.Looks);
        using (new TelemetryRecorder())
        {
            await publishers.PublishAsync(_envelope, WhenFull.Wait, CancellationToken.None);
        }

        Assert.Equal(2, _time.Looks);
        await publishers.StopAsync();
    }

    [Fact]
    public async Task A_listener_that_throws_stops_nothing()
    {
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Aldis",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStarted = static _ => throw new InvalidOperationException(),
        };
        await ThrowingAsync(activities);
    }

    [Fact]
    public async Task A_listener_that_throws_at_the_end_of_a_span_stops_nothing()
    {
        using var activities = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Aldis",
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = static _ => throw new InvalidOperationException(),
        };
        await ThrowingAsync(activities);
    }

    private static async Task ThrowingAsync(ActivityListener activities)
    {
        ActivitySource.AddActivityListener(activities);
        using var meters = new MeterListener
        {
            InstrumentPublished = static (instrument, listener) =>
            {
                if (instrument.Meter.Name == "Aldis")
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        meters.SetMeasurementEventCallback<long>(static (_, _, _, _) => throw new InvalidOperationException());
        meters.SetMeasurementEventCallback<double>(static (_, _, _, _) => throw new InvalidOperationException());
        meters.Start();
        using var request = new Activity("request").Start();
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("shipping", (order, context) =>
            {
                context.Publish(new OrderShipped(order.Id));
                return ValueTask.CompletedTask;
            })
            .Subscribe<OrderShipped>("mail", static (_, _) => ValueTask.CompletedTask));
        await stage.PublishAsync(new OrderPlaced("1"));
        await stage.UntilAsync(() => stage.Transport.Settled == 2, "both settlements");

        Assert.Same(request, Activity.Current);
        Assert.Empty(stage.Bus.Troubles);
        Assert.All(stage.Transport.Settlements, settlement => Assert.Equal(VerdictKind.Done, settlement.Verdict.Kind));
    }

    private static T Completed<T>(ValueTask<T> task)
    {
        Assert.True(task.IsCompletedSuccessfully);
        return task.Result;
    }

    private sealed class CountingTime : TimeProvider
    {
        private int _looks;

        public int Looks => Volatile.Read(ref _looks);

        public override long GetTimestamp()
        {
            Interlocked.Increment(ref _looks);
            return base.GetTimestamp();
        }
    }

    /// <summary>A receiver whose receive waits until it is told to end, and that allocates nothing itself.</summary>
    private sealed class Waiting : IReceiver, IValueTaskSource<int>
    {
        private ManualResetValueTaskSourceCore<int> _core;

        public void Arrive() => _core.SetResult(1);

        public ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
        {
            _core.Reset();
            return new(this, _core.Version);
        }

        public ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel) => new([]);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        public int GetResult(short token) => _core.GetResult(token);

        public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

        public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
            => _core.OnCompleted(continuation, state, token, flags);
    }
}
