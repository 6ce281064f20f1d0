using System.Diagnostics;
using System.Globalization;

namespace Aldis.Victim;

/// <summary>
/// Handles events whose text is a moment of the machine's monotonic clock; says "got TEXT MICROSECONDS", counted from that moment to the beginning of the
/// handler.
/// </summary>
internal static class Listening
{
    public static async Task RunAsync(string file)
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).UseJson(VictimJson.Default).Subscribe<Noted>("listeners", (noted, _) =>
        {
            var took = Stopwatch.GetElapsedTime(long.Parse(noted.Text, CultureInfo.InvariantCulture));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"got {noted.Text} {took.TotalMicroseconds:F0}"));
            return ValueTask.CompletedTask;
        }));
        Console.WriteLine("ready");
        await Task.Delay(Timeout.Infinite);
    }
}
