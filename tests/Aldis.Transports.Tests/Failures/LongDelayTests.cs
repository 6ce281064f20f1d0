using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>Delays longer than a timer can wait, and policies without end.</summary>
public sealed class LongDelayTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("memory:", 60)]
    [InlineData("memory:", 10_000_000)]
    [InlineData("sqlite:", 60)]
    [InlineData("sqlite:", 10_000_000)]
    public async Task An_event_that_is_to_be_tried_again_in_a_long_time_troubles_no_other(string scheme, int days)
    {
        var uri = scheme == "sqlite:" ? scheme + _folder.File("events.db") : scheme;
        var delay = TimeSpan.FromDays(days);
        var (failed, handled) = (0, new TaskCompletionSource());
        await using var bus = await EventBus.StartAsync(bus => bus.AcceptSqlite().UseConnection(uri).Subscribe<Noted>("group", (noted, _) =>
        {
            if (noted.Text == "fails")
            {
                Interlocked.Increment(ref failed);
                throw new InvalidOperationException("not now");
            }

            handled.TrySetResult();
            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { Retry = new RetryPolicy { ImmediateRetries = 0, FirstDelay = delay, MaxDelay = delay } }));
        await bus.PublishAsync(new Noted("fails"));
        await Until.TrueAsync(() => Volatile.Read(ref failed) > 0);

        // Long enough for the receiver to look for what is due next.
        await Task.Delay(TimeSpan.FromMilliseconds(300));
        Assert.Empty(bus.Troubles);
        await bus.PublishAsync(new Noted("works"));
        await handled.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(1, failed);
    }

    [Fact]
    public void A_policy_without_end_has_a_delay_for_every_attempt()
    {
        var policy = new RetryPolicy { MaxAttempts = int.MaxValue, MaxDelay = TimeSpan.MaxValue };
        Assert.Equal(TimeSpan.MaxValue, policy.DelayAfter(int.MaxValue, 1));
        Assert.Equal(TimeSpan.FromSeconds(1), policy.DelayAfter(1, 0));
        Assert.Equal(TimeSpan.FromSeconds(2.2), policy.DelayAfter(2, 0.5));
        Assert.Equal(TimeSpan.Zero, (policy with { FirstDelay = TimeSpan.Zero }).DelayAfter(int.MaxValue, 1));
    }
}
