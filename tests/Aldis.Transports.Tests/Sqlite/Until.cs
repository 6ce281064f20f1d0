using System.Diagnostics;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Waits for a condition that nothing announces.</summary>
internal static class Until
{
    public static async Task TrueAsync(Func<bool> condition, int everyMs = 20)
    {
        var start = Stopwatch.GetTimestamp();
        while (!condition())
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < TimeSpan.FromSeconds(60), "waited in vain");
            await Task.Delay(everyMs);
        }
    }
}
