using System.Diagnostics;
using System.Globalization;

namespace Aldis.Benchmarks;

/// <summary>How soon a handler in another process begins: from the call of PublishAsync, so with the fsync of the publish and that of the claim.</summary>
internal static class WakeFigures
{
    private const int Publishes = 500;
    private const int Warm = 100;

    public static async Task AddAsync(Figures figures)
    {
        using var folder = new BenchFolder();
        var file = folder.File("events.db");
        using var listener = Process.Start(new ProcessStartInfo("dotnet", [typeof(WakeFigures).Assembly.Location, "sqlite-listener", file])
        {
            RedirectStandardOutput = true, RedirectStandardInput = true,
        })!;
        await listener.StandardOutput.ReadLineAsync();
        var took = new List<double>();
        await using (var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file)))
        {
            for (var publish = 0; publish < Warm + Publishes; publish++)
            {
                // It has gone to sleep by then.
                await Task.Delay(publish % 10);
                await bus.PublishAsync(new Measured((int)(Stopwatch.GetTimestamp() / 1000), ""));
                took.Add(double.Parse((await listener.StandardOutput.ReadLineAsync())!, CultureInfo.InvariantCulture));
            }
        }

        listener.StandardInput.Close();
        await listener.WaitForExitAsync();
        took.RemoveRange(0, Warm);
        took.Sort();
        figures.Add(".wake.p50_ms", took[Publishes / 2]);
        figures.Add(".wake.p99_ms", took[Publishes * 99 / 100]);
    }

    /// <summary>The other process: says how many milliseconds each event took, until its input ends.</summary>
    public static async Task ListenAsync(string file)
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Measured>("listeners", (measured, _) =>
        {
            var microseconds = (int)(Stopwatch.GetTimestamp() / 1000) - measured.Number;
            Console.WriteLine((microseconds / 1000.0).ToString(CultureInfo.InvariantCulture));
            return ValueTask.CompletedTask;
        }));
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
    }
}
