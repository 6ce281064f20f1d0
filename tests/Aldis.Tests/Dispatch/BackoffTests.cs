using Aldis.Dispatch;
using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

public sealed class BackoffTests
{
    private readonly Clock _time = new();

    [Fact]
    public async Task The_wait_doubles_up_to_two_seconds_and_begins_anew_after_a_success()
    {
        var backoff = new Backoff(_time);
        var delays = new List<double>();
        for (var round = 0; round < 8; round++)
        {
            delays.Add(backoff.Delay.TotalSeconds);
            var waiting = backoff.WaitAsync(BusStage.Cancel).AsTask();
            _time.Advance(TimeSpan.FromSeconds(delays[^1]) - TimeSpan.FromMilliseconds(1));
            Assert.False(waiting.IsCompleted);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await waiting.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        }

        Assert.Equal([0.1, 0.2, 0.4, 0.8, 1.6, 2, 2, 2], delays);
        backoff.Reset();
        Assert.Equal(TimeSpan.FromMilliseconds(100), backoff.Delay);
    }
}
