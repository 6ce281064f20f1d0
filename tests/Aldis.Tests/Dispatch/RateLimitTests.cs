using System.Collections.Concurrent;
using Aldis.Dispatch;
using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

public sealed class RateLimitTests
{
    private readonly Clock _time = new();

    [Fact]
    public void A_bucket_gives_one_token_after_the_other()
    {
        var bucket = new TokenBucket(new RateLimit { Events = 4, Per = TimeSpan.FromSeconds(2) }, _time);
        Assert.Equal(TimeSpan.Zero, bucket.Wait);
        bucket.Take();
        Assert.Equal(TimeSpan.FromSeconds(0.5), bucket.Wait);
        _time.Advance(TimeSpan.FromSeconds(0.3));
        Assert.Equal(TimeSpan.FromSeconds(0.2), bucket.Wait);
        Assert.Null(bucket.FlowsFor);
        _time.Advance(TimeSpan.FromSeconds(0.3));
        Assert.Equal(TimeSpan.Zero, bucket.Wait);
        Assert.Equal(TimeSpan.FromSeconds(0.1), bucket.FlowsFor);
    }

    [Fact]
    public void After_a_quiet_time_it_gives_a_burst_and_no_more()
    {
        var bucket = new TokenBucket(new RateLimit { Events = 1, Burst = 3 }, _time);
        _time.Advance(TimeSpan.FromHours(1));
        for (var taken = 0; taken < 3; taken++)
        {
            Assert.Equal(TimeSpan.Zero, bucket.Wait);
            bucket.Take();
        }

        Assert.Equal(TimeSpan.FromSeconds(1), bucket.Wait);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(100, 1)]
    [InlineData(101, 2)]
    [InlineData(50_000, 500)]
    [InlineData(int.MaxValue, 21_474_837)]
    public void What_falls_due_within_ten_milliseconds_may_go_together(int perSecond, int burst)
        => Assert.Equal(burst, new TokenBucket(new RateLimit { Events = perSecond }, _time).Burst);

    [Fact]
    public void The_longest_time_is_not_in_the_past()
    {
        var bucket = new TokenBucket(new RateLimit { Events = 1, Per = TimeSpan.MaxValue }, _time);
        bucket.Take();
        bucket.Take();
        Assert.InRange(bucket.Wait, TimeSpan.FromDays(1_000_000), TimeSpan.MaxValue);
    }

    [Fact]
    public async Task A_group_begins_no_more_than_it_may()
    {
        var begun = new ConcurrentQueue<DateTimeOffset>();
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("mail", (_, _) =>
        {
            begun.Enqueue(bus.Time.GetUtcNow());
            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { Concurrency = 4, Rate = new RateLimit { Events = 2, Per = TimeSpan.FromSeconds(1), Burst = 3 } }));
        for (var number = 0; number < 13; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}"));
        }

        await stage.UntilAsync(() => begun.Count == 13, "all events");
        var times = begun.ToArray();
        Assert.All(Enumerable.Range(0, 9), first => Assert.True(times[first + 4] - times[first] >= TimeSpan.FromSeconds(0.3), "a burst of three, then one each half second"));
        // The first may be seen some ticks late.
        Assert.InRange(times[^1] - times[0], TimeSpan.FromSeconds(4.5), TimeSpan.FromSeconds(8));
        Assert.InRange(stage.Transport.MostUnsettled, 1, 4);
    }

    [Fact]
    public async Task Said_for_a_group_all_its_topics_share_it()
    {
        var begun = 0;
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("mail", (_, _) => Count()).Subscribe<OrderShipped>("mail", (_, _) => Count())
            .ForGroup("mail", new SubscriptionOptions { Rate = new RateLimit { Events = 1, Per = TimeSpan.FromMinutes(1) } }));
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.PublishAsync(new OrderShipped("A"));
        await stage.Time.RunOnAsync();
        Assert.Equal(1, begun);
        await stage.UntilAsync(() => begun == 2, "the other topic");

        ValueTask Count()
        {
            Interlocked.Increment(ref begun);
            return ValueTask.CompletedTask;
        }
    }

    [Theory]
    [InlineData(0, 1, 1, "Events")]
    [InlineData(1, 0, 1, "Per")]
    [InlineData(1, 1, 0, "Burst")]
    public void Values_that_cannot_work_are_found(int events, int seconds, int burst, string name)
    {
        var rate = new RateLimit { Events = events, Per = TimeSpan.FromSeconds(seconds), Burst = burst };
        Assert.StartsWith($"RateLimit.{name} is ", Assert.Single(new SubscriptionOptions { Rate = rate }.Validate()).What, StringComparison.Ordinal);
    }
}
