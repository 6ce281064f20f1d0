using System.Diagnostics;
using System.Globalization;
using Aldis.Transports;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Victim;

/// <summary>
/// Has one event to bury where nothing can be buried, for so many seconds: says "tried SECONDS" each time it is tried, then "cpu PERCENT" and "trouble CODE". Then stops,
/// and starts again where the dead letter can be kept: says "buried N" and "handled N" of 100 others.
/// </summary>
internal static class Burying
{
    /// <param name="file">The file, or <c>memory</c>.</param>
    /// <param name="seconds">For how long nothing can be buried.</param>
    public static async Task RunAsync(string file, int seconds)
    {
        var context = new TransportContext(TimeProvider.System, NullLoggerFactory.Instance);
        var memory = new InMemoryTransport(new InMemoryOptions(), TimeProvider.System);
        Func<ITransport> open = () => file == "memory" ? memory : new SqliteTransport(new SqliteOptions { Path = file }, context);
        var handled = new HashSet<string>();
        await using (var bus = await StartAsync(new GravelessTransport(open()), handled))
        {
            await bus.PublishAsync(new Noted("deadly"));
            for (var number = 0; number < 100; number++)
            {
                await bus.PublishAsync(new Noted($"{number}"));
            }

            // What is compiled when it first runs is no load.
            await Task.Delay(TimeSpan.FromSeconds(3));
            var (start, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            await Task.Delay(TimeSpan.FromSeconds(seconds));
            var share = (Environment.CpuUsage.TotalTime - before) / start.Elapsed;
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"cpu {100 * share:F2}"));
            Console.WriteLine($"trouble {string.Join(' ', bus.Troubles.Select(fault => fault.Code.Id))}");
        }

        await using var again = await StartAsync(open(), handled);
        var letters = 0;
        for (var step = 0; step < 200 && (letters == 0 || handled.Count < 100); step++)
        {
            await Task.Delay(50);
            letters = await again.DeadLetters.ListAsync(DeadLetterFilter.All).CountAsync();
        }

        Console.WriteLine($"buried {letters}");
        Console.WriteLine($"handled {handled.Count}");
    }

    private static ValueTask<EventBus> StartAsync(ITransport transport, HashSet<string> handled) => EventBus.StartAsync(bus => bus
        .UseTransport(_ => transport).UseJson(VictimJson.Default).Subscribe<Noted>("readers", (noted, _) =>
        {
            if (noted.Text == "deadly")
            {
                throw new DeadLetterException("It is deadly.");
            }

            lock (handled)
            {
                handled.Add(noted.Text);
            }

            return ValueTask.CompletedTask;
        }));
}
