using Aldis.Tests.Support;

namespace Aldis.Tests.Pipeline;

public sealed class RetryTests
{
    private readonly List<(int Attempt, DateTimeOffset At)> _calls = [];

    [Fact]
    public async Task A_failed_event_is_tried_again_at_once_within_the_same_delivery()
    {
        await using var stage = await StartAsync(failures: 2, Policies.Of(attempts: 1, immediate: 2));
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => _calls.Count == 3, "three calls");
        Assert.All(_calls, call => Assert.Equal(1, call.Attempt));
        Assert.Equal([201, 201], stage.Logs.Ids.Where(id => id > 200));
    }

    [Fact]
    public async Task Then_it_is_delivered_again_with_growing_delays()
    {
        await using var stage = await StartAsync(failures: 3, Policies.Of(attempts: 5, immediate: 0));
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.UntilAsync(() => _calls.Count == 4, "four calls");
        Assert.Equal([1, 2, 3, 4], _calls.Select(call => call.Attempt));
        var delays = _calls.Skip(1).Zip(_calls, (later, earlier) => later.At - earlier.At).ToArray();
        Assert.True(delays[0] >= TimeSpan.FromSeconds(1), $"first delay {delays[0]}");
        Assert.True(delays[1] >= TimeSpan.FromSeconds(2), $"second delay {delays[1]}");
        Assert.True(delays[2] >= TimeSpan.FromSeconds(4), $"third delay {delays[2]}");
        Assert.Equal(3, stage.Logs.Ids.Count(id => id == 202));
    }

    [Fact]
    public async Task It_is_not_delivered_again_before_its_time()
    {
        await using var stage = await StartAsync(failures: 1, Policies.Of(attempts: 2, immediate: 0, firstSeconds: 100));
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 1, "the verdict");
        stage.Time.Advance(TimeSpan.FromSeconds(99));
        await stage.PublishAsync(new OrderPlaced("B"));
        await Clock.StandingStillUntilAsync(() => _calls.Count == 2, "the second event");
        Assert.Equal(1, _calls[1].Attempt);
        await stage.UntilAsync(() => _calls.Count == 3, "the first event again");
        Assert.Equal(2, _calls[2].Attempt);
    }

    [Fact]
    public async Task The_random_part_comes_from_the_random_numbers_of_the_bus()
    {
        await using var stage = await BusStage.StartedAsync(bus =>
        {
            bus.Random = new Largest();
            bus.Subscribe<OrderPlaced>("billing", (_, _) => throw new InvalidOperationException(),
                Policies.Of(attempts: 2, immediate: 0, firstSeconds: 10, jitter: 1));
        });
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 1, "the verdict");
        Assert.Equal(TimeSpan.FromSeconds(20), stage.Transport.Settlements.Single().Verdict.After);
    }

    [Fact]
    public async Task After_the_last_attempt_it_is_a_dead_letter_with_the_error()
    {
        await using var stage = await StartAsync(failures: 100, Policies.Of(attempts: 3, immediate: 1));
        var id = await stage.PublishAsync(new OrderPlaced("A"));
        var letter = await stage.DeadLetterAsync();
        Assert.Equal([1, 1, 2, 2, 3, 3], _calls.Select(call => call.Attempt));
        Assert.Equal((id, 3, "billing"), (letter.Envelope.Id, letter.Attempts, letter.Group.Value));
        Assert.Equal("ALD1404: 3 attempts failed, the last with: no printer", letter.Reason);
        Assert.Contains("System.InvalidOperationException: no printer", letter.Error, StringComparison.Ordinal);
        Assert.Contains(nameof(RetryTests), letter.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_handler_gives_up_is_dead_at_once_with_its_reason()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, context) =>
        {
            _calls.Add((context.Attempt, context.Time));
            throw new DeadLetterException("The customer is gone.", new InvalidOperationException("looked everywhere"));
        }));
        await stage.PublishAsync(new OrderPlaced("A"));
        var letter = await stage.DeadLetterAsync();
        Assert.Single(_calls);
        Assert.Equal(("The customer is gone.", 1), (letter.Reason, letter.Attempts));
        Assert.Contains("looked everywhere", letter.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_given_up_does_not_hold_up_what_comes_behind_it()
    {
        await using var stage = await StartAsync(failures: 1, Policies.Once);
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.PublishAsync(new OrderPlaced("B"));
        await Clock.StandingStillUntilAsync(() => _calls.Count == 2, "the second event");
        await stage.DeadLetterAsync();
    }

    [Fact]
    public async Task A_dead_letter_can_be_redriven_and_is_counted_from_one_again()
    {
        await using var stage = await StartAsync(failures: 2, Policies.Of(attempts: 2, immediate: 0));
        var id = await stage.PublishAsync(new OrderPlaced("A"));
        await stage.DeadLetterAsync();
        Assert.Equal(1, await stage.Bus.DeadLetters.RedriveAsync(new DeadLetterFilter { Id = id }, BusStage.Cancel));
        await stage.UntilAsync(() => _calls.Count == 3, "the redriven event");
        Assert.Equal(1, _calls[2].Attempt);
        Assert.Empty(await stage.DeadLettersAsync());
    }

    [Fact]
    public async Task An_attempt_over_the_limit_is_dead_without_being_handled()
    {
        // As after a process died with the event in its hands as often as the policy allows.
        await using var stage = await StartAsync(failures: 1, Policies.Of(attempts: 5, immediate: 0));
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 1, "the first verdict");
        await stage.StopAsync(CancellationToken.None);

        await stage.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", Record, Policies.Of(attempts: 1, immediate: 0)));
        var letter = await stage.DeadLetterAsync();
        Assert.Single(_calls);
        Assert.Equal(2, letter.Attempts);
        Assert.StartsWith("ALD1404", letter.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_handler_that_cancels_by_itself_has_failed()
    {
        await using var stage = await BusStage.StartedAsync(
            bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => throw new TaskCanceledException("the request took too long"), Policies.Once));
        await stage.PublishAsync(new OrderPlaced("A"));
        Assert.Contains("the request took too long", (await stage.DeadLetterAsync()).Reason, StringComparison.Ordinal);
    }

    private Task<BusStage> StartAsync(int failures, SubscriptionOptions options) => BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>(
        "billing",
        (_, context) =>
        {
            _calls.Add((context.Attempt, bus.Time.GetUtcNow()));
            return _calls.Count <= failures ? throw new InvalidOperationException("no printer") : ValueTask.CompletedTask;
        },
        options));

    private ValueTask Record(OrderPlaced order, EventContext context)
    {
        _calls.Add((context.Attempt, context.Time));
        return ValueTask.CompletedTask;
    }

    private sealed class Largest : Random
    {
        public override double NextDouble() => 1;
    }
}
