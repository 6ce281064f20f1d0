using Aldis.Tests.Support;
using Aldis.Transports;

namespace Aldis.Tests.Transports;

public sealed class PulseTests
{
    private readonly Pulse _pulse = new();
    private readonly Clock _time = new();

    [Fact]
    public void A_beat_ends_what_was_taken_before_it_and_nothing_after_it()
    {
        var before = _pulse.Next;
        Assert.Same(before, _pulse.Next);
        _pulse.Beat();
        Assert.True(before.IsCompletedSuccessfully);
        Assert.False(_pulse.Next.IsCompleted);
    }

    [Fact]
    public void A_beat_that_nobody_awaits_is_forgotten()
    {
        _pulse.Beat();
        Assert.False(_pulse.Next.IsCompleted);
    }

    [Fact]
    public async Task A_beat_between_the_look_and_the_wait_is_not_missed()
    {
        var next = _pulse.Next;
        _pulse.Beat();
        await Pulse.WaitAsync(next, null, _time, BusStage.Cancel);
    }

    [Fact]
    public async Task No_change_is_missed_under_load()
    {
        const int Changes = 20_000;
        var (left, seen) = (0, 0);
        var changing = Task.Run(
            () =>
            {
                for (var number = 0; number < Changes; number++)
                {
                    Interlocked.Increment(ref left);
                    _pulse.Beat();
                }
            },
            BusStage.Cancel);
        var looking = LookAsync();
        await Task.WhenAll(changing, looking).WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        Assert.Equal(Changes, seen);

        async Task LookAsync()
        {
            while (seen < Changes)
            {
                var next = _pulse.Next;
                var taken = Interlocked.Exchange(ref left, 0);
                seen += taken;
                if (taken == 0)
                {
                    await next;
                }
            }
        }
    }

    [Fact]
    public async Task A_wait_ends_when_its_time_has_passed()
    {
        var waiting = Pulse.WaitAsync(_pulse.Next, TimeSpan.FromSeconds(1), _time, BusStage.Cancel).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
    }

    [Fact]
    public async Task A_wait_of_less_than_a_millisecond_is_not_over_before_it_has_begun()
    {
        var waiting = Pulse.WaitAsync(_pulse.Next, TimeSpan.FromTicks(1), _time, BusStage.Cancel).AsTask();
        Assert.False(waiting.IsCompleted);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
    }

    [Fact]
    public async Task A_wait_may_be_longer_than_a_timer_can_be()
    {
        var waiting = Pulse.WaitAsync(_pulse.Next, TimeSpan.FromDays(1000), _time, BusStage.Cancel).AsTask();
        Assert.False(waiting.IsCompleted);
        _pulse.Beat();
        await waiting.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
    }

    [Fact]
    public async Task A_wait_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var waiting = Pulse.WaitAsync(_pulse.Next, null, _time, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }
}
