using Aldis.Tests.Support;

namespace Aldis.Tests.Pipeline;

/// <summary>What is done about an error depends on its type, on the delays so far, and on what the handler knows.</summary>
public sealed class RetryRuleTests
{
    private static readonly RetryPolicy _twice = new() { MaxAttempts = 2, ImmediateRetries = 0, Jitter = 0 };

    private readonly List<int> _attempts = [];

    [Fact]
    public async Task An_error_that_is_never_retried_makes_a_dead_letter_at_once()
    {
        await using var stage = await StartAsync(_twice.Never<ArgumentException>(), _ => new ArgumentNullException("address"));
        await stage.PublishAsync(new OrderPlaced("A"));
        var letter = await stage.DeadLetterAsync();
        Assert.Equal([1], _attempts);
        Assert.StartsWith("ALD1412: System.ArgumentNullException is not retried: ", letter.Reason, StringComparison.Ordinal);
        Assert.Contains("address", letter.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_error_with_a_rule_has_the_attempts_and_the_delays_of_its_rule()
    {
        var patient = _twice with { MaxAttempts = 4, FirstDelay = TimeSpan.FromSeconds(7), Factor = 1 };
        await using var stage = await StartAsync(_twice.On<TimeoutException>(patient), _ => new TimeoutException());
        await stage.PublishAsync(new OrderPlaced("A"));
        var letter = await stage.DeadLetterAsync();
        Assert.Equal([1, 2, 3, 4], _attempts);
        Assert.StartsWith("ALD1404: 4 attempts failed", letter.Reason, StringComparison.Ordinal);
        Assert.Equal([7, 7, 7], stage.Transport.Settlements.SkipLast(1).Select(settlement => settlement.Verdict.After.TotalSeconds));
    }

    [Fact]
    public async Task An_error_without_a_rule_has_those_of_the_policy()
    {
        await using var stage = await StartAsync(_twice.Never<ArgumentException>().On<TimeoutException>(_twice with { MaxAttempts = 9 }), _ => new InvalidOperationException());
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.DeadLetterAsync();
        Assert.Equal([1, 2], _attempts);
    }

    [Fact]
    public async Task A_rule_counts_the_attempts_of_the_event_whatever_failed_before()
    {
        var policy = _twice with { MaxAttempts = 10, FirstDelay = TimeSpan.Zero };
        await using var stage = await StartAsync(policy.On<TimeoutException>(policy with { MaxAttempts = 3 }),
            attempt => attempt < 5 ? new InvalidOperationException() : new TimeoutException());
        await stage.PublishAsync(new OrderPlaced("A"));
        var letter = await stage.DeadLetterAsync();
        Assert.Equal([1, 2, 3, 4, 5], _attempts);
        Assert.StartsWith("ALD1404: 5 attempts failed", letter.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_rule_that_matches_counts()
    {
        var policy = _twice.Never<ArgumentNullException>().On<ArgumentException>(_twice with { MaxAttempts = 3 });
        await using var stage = await StartAsync(policy, attempt => attempt < 3 ? new ArgumentException("plain") : new ArgumentNullException("narrow"));
        await stage.PublishAsync(new OrderPlaced("A"));
        var letter = await stage.DeadLetterAsync();
        Assert.Equal([1, 2, 3], _attempts);
        Assert.StartsWith("ALD1412", letter.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tries_at_once_are_those_of_the_rule()
    {
        await using var stage = await StartAsync((_twice with { MaxAttempts = 1 }).On<TimeoutException>(_twice with { MaxAttempts = 1, ImmediateRetries = 2 }), _ => new TimeoutException());
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.DeadLetterAsync();
        Assert.Equal([1, 1, 1], _attempts);
    }

    [Fact]
    public async Task It_gives_up_when_the_planned_delays_add_up_to_more_than_it_waits()
    {
        // 1, 2 and 4 seconds make 7; 8 more would make 15.
        var policy = _twice with { MaxAttempts = 100, GiveUpAfter = TimeSpan.FromSeconds(10) };
        await using var stage = await StartAsync(policy, _ => new InvalidOperationException("no printer"));
        await stage.PublishAsync(new OrderPlaced("A"));
        var letter = await stage.DeadLetterAsync();
        Assert.Equal([1, 2, 3, 4], _attempts);
        Assert.Equal("ALD1413: 4 attempts failed and the delays would add up to more than 00:00:10, the last with: no printer", letter.Reason);
    }

    [Fact]
    public async Task Time_in_which_nobody_was_there_is_not_waited_time()
    {
        var policy = _twice with { MaxAttempts = 100, GiveUpAfter = TimeSpan.FromSeconds(10) };
        await using var stage = await StartAsync(policy, _ => new InvalidOperationException());
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 1, "the first verdict");
        stage.Time.Advance(TimeSpan.FromDays(365));
        await stage.DeadLetterAsync();
        Assert.Equal([1, 2, 3, 4], _attempts);
    }

    [Theory]
    [InlineData(1, 10, false)]
    [InlineData(1, 11, true)]
    [InlineData(2, 9, false)]
    [InlineData(2, 10, true)]
    [InlineData(4, 3, false)]
    [InlineData(4, 3.001, true)]
    [InlineData(5, 0, true)]
    [InlineData(int.MaxValue, 0, true)]
    public void What_is_waited_is_the_sum_of_the_delays_and_the_next_one(int attempt, double next, bool givesUp)
        => Assert.Equal(givesUp, (_twice with { GiveUpAfter = TimeSpan.FromSeconds(10) }).GivesUp(attempt, TimeSpan.FromSeconds(next)));

    [Fact]
    public void Without_delays_or_without_a_limit_it_never_gives_up_waiting()
    {
        Assert.False(_twice.GivesUp(int.MaxValue, TimeSpan.MaxValue));
        Assert.False((_twice with { FirstDelay = TimeSpan.Zero, GiveUpAfter = TimeSpan.FromSeconds(1) }).GivesUp(int.MaxValue, TimeSpan.Zero));
    }

    [Fact]
    public async Task A_handler_that_knows_when_is_called_then()
    {
        await using var stage = await StartAsync(_twice with { ImmediateRetries = 5, MaxDelay = TimeSpan.FromSeconds(2) },
            attempt => attempt == 1 ? new RetryAfterException(TimeSpan.FromSeconds(20), "The printer warms up.") : null);
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 1, "the verdict");
        var settlement = Assert.Single(stage.Transport.Settlements);
        Assert.Equal(TimeSpan.FromSeconds(20), settlement.Verdict.After);
        Assert.Contains("The printer warms up.", settlement.Verdict.Error, StringComparison.Ordinal);
        await stage.UntilAsync(() => stage.Transport.Settled == 2, "the second attempt");
        Assert.Equal([1, 2], _attempts);
    }

    [Fact]
    public async Task It_counts_as_an_attempt_and_no_rule_is_asked()
    {
        await using var stage = await StartAsync(_twice.Never<Exception>(), _ => new RetryAfterException(TimeSpan.Zero, "Not yet."));
        await stage.PublishAsync(new OrderPlaced("A"));
        var letter = await stage.DeadLetterAsync();
        Assert.Equal([1, 2], _attempts);
        Assert.Equal("ALD1404: 2 attempts failed, the last with: ALD1411: Not yet.", letter.Reason);
    }

    [Fact]
    public async Task What_it_asks_for_is_too_long_where_the_policy_would_not_wait()
    {
        await using var stage = await StartAsync(_twice with { GiveUpAfter = TimeSpan.FromMinutes(1) }, _ => new RetryAfterException(TimeSpan.FromMinutes(2), "Not yet."));
        await stage.PublishAsync(new OrderPlaced("A"));
        Assert.StartsWith("ALD1413", (await stage.DeadLetterAsync()).Reason, StringComparison.Ordinal);
        Assert.Equal([1], _attempts);
    }

    [Fact]
    public void It_has_no_time_before_now() => Assert.Throws<ArgumentOutOfRangeException>(() => new RetryAfterException(TimeSpan.FromTicks(-1), "?"));

    public static TheoryData<string, RetryPolicy> Faulty => new()
    {
        { "RetryPolicy.GiveUpAfter is 00:00:00.", _twice with { FirstDelay = TimeSpan.Zero, GiveUpAfter = TimeSpan.Zero } },
        { "RetryPolicy.GiveUpAfter is 00:00:00.5", _twice with { GiveUpAfter = TimeSpan.FromSeconds(0.5) } },
        { "RetryPolicy.Rules[1] is System.ArgumentNullException.", _twice.Never<ArgumentException>().Never<ArgumentNullException>() },
        { "RetryPolicy.Rules[1] is System.TimeoutException.", _twice.Never<TimeoutException>().On<TimeoutException>(_twice) },
        { "RetryPolicy.Rules[0] is Aldis.DeadLetterException.", _twice.On<DeadLetterException>(_twice) },
        { "RetryPolicy.Rules[0] is Aldis.RetryAfterException.", _twice.Never<RetryAfterException>() },
        { "RetryPolicy.Rules[0] is System.TimeoutException.", _twice.On<TimeoutException>(_twice.Never<ArgumentException>()) },
        { "RetryPolicy.Rules[0] is System.String.", _twice with { Rules = [new RetryRule(typeof(string), null)] } },
        { "RetryPolicy.Rules[0], System.TimeoutException: MaxAttempts is 0.", _twice.On<TimeoutException>(_twice with { MaxAttempts = 0 }) },
    };

    [Theory]
    [MemberData(nameof(Faulty), DisableDiscoveryEnumeration = true)]
    public void A_rule_or_a_limit_that_cannot_work_is_found(string what, RetryPolicy policy)
    {
        var fault = Assert.Single(policy.Validate());
        Assert.Equal("ALD1304", fault.Code.Id);
        Assert.StartsWith(what, fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rule_leaves_the_policy_it_was_added_to_alone()
    {
        var with = _twice.Never<TimeoutException>();
        Assert.Empty(_twice.Rules);
        Assert.Single(with.Rules);
        Assert.Empty(with.Validate());
    }

    private Task<BusStage> StartAsync(RetryPolicy policy, Func<int, Exception?> error) => BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>(
        "billing",
        (_, context) =>
        {
            _attempts.Add(context.Attempt);
            return error(context.Attempt) is { } thrown ? throw thrown : ValueTask.CompletedTask;
        },
        new SubscriptionOptions { Retry = policy }));
}
