using System.Diagnostics;

namespace Aldis.Benchmarks;

/// <summary>
/// The way of an event in memory (published, handled, settled), and what telemetry costs on it. The process has two copies of the library: one as it is,
/// and one whose switch takes every hook of telemetry away before the compiler sees it. They run in turn, and the first also with someone who listens to
/// everything; a ratio is that of neighbours. It is of processor time, because what else the machine does is no cost of telemetry.
/// </summary>
internal static class PipelineBenchmark
{
    private const int Events = 30_000;
    private const int Warmups = 8;
    private const int LeastRounds = 25;

    private static readonly TimeSpan _time = TimeSpan.FromSeconds(75);

    /// <summary>Each comes after each other as often: what one leaves behind, in the heap above all, the next one finds.</summary>
    private static readonly int[][] _orders = [[0, 1, 2], [2, 1, 0], [1, 0, 2], [0, 2, 1], [1, 2, 0], [2, 0, 1]];

    public static async Task RunAsync()
    {
        var with = LibraryCopy.Load(telemetry: true);
        var without = LibraryCopy.Load(telemetry: false);
        Func<Task<double[]>>[] contestants = [() => without(Events), () => with(Events), () => ListenedAsync(with)];
        var rounds = new List<double[][]>();
        var start = Stopwatch.GetTimestamp();
        for (var round = -Warmups; round < LeastRounds || Stopwatch.GetElapsedTime(start) < _time; round++)
        {
            var result = new double[contestants.Length][];
            foreach (var one in _orders[(round + Warmups) % _orders.Length])
            {
                result[one] = await contestants[one]();
            }

            if (round >= 0)
            {
                rounds.Add(result);
            }
        }

        Tell(rounds);
    }

    private static void Tell(IReadOnlyList<double[][]> rounds)
    {
        var figures = new Figures("pipeline");
        figures.Add(".inmemory.per_second", Median(round => round[1][0]));
        figures.Add(".bytes_per_event", Median(round => round[1][1]));
        figures.AddNamed("telemetry.off.ratio", Median(round => round[1][2] / round[0][2]));
        figures.AddNamed("telemetry.off.bytes_per_event", Median(round => round[1][1] - round[0][1]));
        figures.AddNamed("telemetry.on.ratio", Median(round => round[2][2] / round[0][2]));
        figures.AddNamed("telemetry.on.bytes_per_event", Median(round => round[2][1] - round[0][1]));
        figures.WritePage("A ratio is the events per second of processor time with telemetry over those without: 1 means that it costs nothing.");

        double Median(Func<double[][], double> figure) => Figures.Median(rounds.Select(figure));
    }

    private static async Task<double[]> ListenedAsync(Func<int, Task<double[]>> run)
    {
        using var listener = new EverythingListener();
        return await run(Events);
    }
}
