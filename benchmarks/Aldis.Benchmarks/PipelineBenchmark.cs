namespace Aldis.Benchmarks;

/// <summary>
/// The way of an event in memory (published, handled, settled), and what telemetry costs on it. The process has two copies of the library: one as it is,
/// and one whose switch takes every hook of telemetry away before the compiler sees it. They run in turn, and the first also with someone who listens to
/// everything; a ratio is that of neighbours.
/// </summary>
internal static class PipelineBenchmark
{
    private const int Events = 30_000;
    private const int Warmups = 8;
    private const int Rounds = 25;

    public static async Task RunAsync()
    {
        var with = LibraryCopy.Load(telemetry: true);
        var without = LibraryCopy.Load(telemetry: false);
        Func<Task<double[]>>[] contestants = [() => without(Events), () => with(Events), () => ListenedAsync(with)];
        var rounds = new List<double[][]>();
        for (var round = -Warmups; round < Rounds; round++)
        {
            var result = new double[contestants.Length][];
            for (var turn = 0; turn < contestants.Length; turn++)
            {
                // Each begins as often as the others.
                var one = (turn + round + Warmups) % contestants.Length;
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
        figures.AddNamed("telemetry.off.ratio", Median(round => round[1][0] / round[0][0]));
        figures.AddNamed("telemetry.off.bytes_per_event", Median(round => round[1][1] - round[0][1]));
        figures.AddNamed("telemetry.on.ratio", Median(round => round[2][0] / round[0][0]));
        figures.AddNamed("telemetry.on.bytes_per_event", Median(round => round[2][1] - round[0][1]));
        figures.WritePage("A ratio is the events per second with telemetry over those without: 1 means that it costs nothing.");

        double Median(Func<double[][], double> figure) => Figures.Median(rounds.Select(figure));
    }

    private static async Task<double[]> ListenedAsync(Func<int, Task<double[]>> run)
    {
        using var listener = new EverythingListener();
        return await run(Events);
    }
}
