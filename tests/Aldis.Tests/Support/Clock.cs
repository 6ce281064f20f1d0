using Microsoft.Extensions.Time.Testing;

namespace Aldis.Tests.Support;

/// <summary>A fake clock, and waiting for a condition while it runs.</summary>
internal sealed class Clock() : FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero))
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan _tick = TimeSpan.FromMilliseconds(100);

    /// <summary>Lets the clock run until something holds, and fails the test if it does not in ten seconds of real time.</summary>
    public Task UntilAsync(Func<bool> holds, string what) => UntilAsync(() => Task.FromResult(holds()), what);

    /// <summary>Lets the clock run until something holds that takes a task to find out.</summary>
    public async Task UntilAsync(Func<Task<bool>> holds, string what)
    {
        var start = System.GetTimestamp();
        while (!await holds())
        {
            Assert.True(System.GetElapsedTime(start) < _patience, $"waited in vain for {what}");
            Advance(_tick);
            await YieldAsync();
        }
    }

    /// <summary>Waits for a task while the clock runs.</summary>
    public async Task UntilAsync(Task task, string what)
    {
        await UntilAsync(() => task.IsCompleted, what);
        await task;
    }

    /// <summary>Waits for a task while the clock runs.</summary>
    public async Task<T> UntilAsync<T>(Task<T> task, string what)
    {
        await UntilAsync(() => task.IsCompleted, what);
        return await task;
    }

    /// <summary>Waits for a condition while the clock stands still.</summary>
    public static async Task StandingStillUntilAsync(Func<bool> holds, string what)
    {
        var start = System.GetTimestamp();
        while (!holds())
        {
            Assert.True(System.GetElapsedTime(start) < _patience, $"waited in vain for {what}");
            await YieldAsync();
        }
    }

    /// <summary>Gives other threads many chances to do what they should not do, while the clock runs.</summary>
    public async Task RunOnAsync(int ticks = 20)
    {
        for (var tick = 0; tick < ticks; tick++)
        {
            Advance(_tick);
            await YieldAsync();
        }
    }

    private static Task YieldAsync() => Task.Delay(TimeSpan.FromMilliseconds(1), System);
}
