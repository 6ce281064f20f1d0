namespace Aldis.Tests.Pipeline;

public sealed class RetryPolicyTests
{
    private static readonly RetryPolicy _policy = new() { FirstDelay = TimeSpan.FromSeconds(1), Factor = 2, MaxDelay = TimeSpan.FromSeconds(10), Jitter = 0.5 };

    public static TheoryData<string, RetryPolicy> Faulty => new()
    {
        { "MaxAttempts", new RetryPolicy { MaxAttempts = 0 } },
        { "ImmediateRetries", new RetryPolicy { ImmediateRetries = -1 } },
        { "FirstDelay", new RetryPolicy { FirstDelay = TimeSpan.FromTicks(-1) } },
        { "FirstDelay", new RetryPolicy { FirstDelay = TimeSpan.FromHours(1) } },
        { "Factor", new RetryPolicy { Factor = 0.5 } },
        { "Factor", new RetryPolicy { Factor = double.NaN } },
        { "Factor", new RetryPolicy { Factor = double.PositiveInfinity } },
        { "Jitter", new RetryPolicy { Jitter = -0.1 } },
        { "Jitter", new RetryPolicy { Jitter = 1.1 } },
        { "Jitter", new RetryPolicy { Jitter = double.NaN } },
    };

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 8)]
    [InlineData(5, 10)]
    [InlineData(100_000, 10)]
    public void Delays_grow_by_the_factor_up_to_the_longest(int attempt, double seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), _policy.DelayAfter(attempt, 0));

    [Theory]
    [InlineData(0, 4)]
    [InlineData(0.5, 5)]
    [InlineData(1, 6)]
    public void The_random_part_is_a_share_of_the_delay(double random, double seconds)
        => Assert.Equal(TimeSpan.FromSeconds(seconds), _policy.DelayAfter(3, random));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5000)]
    public void No_delay_stays_none(int attempt) => Assert.Equal(TimeSpan.Zero, (_policy with { FirstDelay = TimeSpan.Zero }).DelayAfter(attempt, 1));

    [Fact]
    public void The_defaults_make_ten_attempts_within_about_nine_minutes()
    {
        var all = Enumerable.Range(1, RetryPolicy.Default.MaxAttempts - 1).Select(attempt => RetryPolicy.Default.DelayAfter(attempt, 0.5));
        Assert.InRange(all.Aggregate(TimeSpan.Zero, (sum, delay) => sum + delay), TimeSpan.FromMinutes(8), TimeSpan.FromMinutes(10));
        Assert.Empty(RetryPolicy.Default.Validate());
    }

    [Theory]
    [MemberData(nameof(Faulty), DisableDiscoveryEnumeration = true)]
    public void A_value_that_cannot_work_is_found(string name, RetryPolicy policy)
    {
        var fault = Assert.Single(policy.Validate());
        Assert.Equal("ALD1304", fault.Code.Id);
        Assert.StartsWith($"RetryPolicy.{name} is ", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public void All_faults_are_found_at_once()
        => Assert.Equal(4, new RetryPolicy { MaxAttempts = 0, ImmediateRetries = -1, Factor = 0, Jitter = 2 }.Validate().Count());
}
