using System.Diagnostics;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Waits for a condition that nothing announces.</summary>
internal static class Until
{
    /// <summary>Waits, a minute at most, and says how long it took.</summary>
    public static Task<TimeSpan> TrueAsync(Func<bool> condition, int everyMs = 20, TimeSpan? limit = null)
        => TrueAsync(() => Task.FromResult(condition()), everyMs, limit);

    /// <summary>Waits for a condition that has to be asked for.</summary>
    public static async Task<TimeSpan> TrueAsync(Func<Task<bool>> condition, int everyMs = 50, TimeSpan? limit = null)
    {
        var (start, most) = (Stopwatch.GetTimestamp(), limit ?? TimeSpan.FromSeconds(60));
        while (!await condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < most, "waited in vain");
            await Task.Delay(everyMs);
        }

        return Stopwatch.GetElapsedTime(start);
    }

    /// <summary>Waits until a count has come to its goal; in vain is a minute in which it has not come any further.</summary>
    public static async Task ReachesAsync(Func<long> count, long goal, int everyMs = 20)
    {
        var seen = count();
        for (var start = Stopwatch.GetTimestamp(); seen < goal; await Task.Delay(everyMs))
        {
            var now = count();
            Assert.True(now > seen || Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), $"waited in vain at {now} of {goal}");
            (start, seen) = now > seen ? (Stopwatch.GetTimestamp(), now) : (start, seen);
        }
    }
}
