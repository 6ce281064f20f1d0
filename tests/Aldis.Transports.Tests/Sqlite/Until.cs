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
}
