namespace Aldis.Benchmarks.Startup;

/// <summary>
/// From the start of a process to its first handled event: <c>tests/Aldis.AotApp</c> as machine code and as the runtime compiles it, in turn, in
/// one run; on a SQLite file that is made by it, on one that is there, and in memory.
/// </summary>
internal static class StartupBenchmark
{
    private const int Rounds = 15;

    public static async Task RunAsync()
    {
        var figures = new Figures("startup");
        var aot = await PublishedProgram.MakeAsync("aot");
        var jit = await PublishedProgram.MakeAsync("jit", "--no-restore", "-p:PublishAot=false", "--self-contained", "false");
        await RoundAsync(aot, jit);
        var rounds = new List<Round>();
        for (var round = 0; round < Rounds; round++)
        {
            rounds.Add(await RoundAsync(aot, jit));
        }

        Add(figures, "", rounds.Select(round => round.New));
        Add(figures, ".again", rounds.Select(round => round.Again));
        Add(figures, ".memory", rounds.Select(round => round.Memory));
        figures.Add(".aot.main.ms", Figures.Median(rounds.Select(round => round.Memory.Aot.MainMs)));
        figures.Add(".jit.main.ms", Figures.Median(rounds.Select(round => round.Memory.Jit.MainMs)));
        figures.Add(".aot.rss.bytes", Figures.Median(rounds.Select(round => (double)round.New.Aot.WorkingSet)));
        figures.Add(".jit.rss.bytes", Figures.Median(rounds.Select(round => (double)round.New.Jit.WorkingSet)));
        figures.Add(".aot.bytes", aot.Bytes);
        figures.WritePage("A ratio is the time as machine code over the time with the runtime's compiler: below 1 machine code is faster.");
    }

    private static async Task<Round> RoundAsync(PublishedProgram aot, PublishedProgram jit)
    {
        using var folder = new BenchFolder();
        var (aotFile, jitFile) = ($"sqlite:{folder.File("aot.db")}", $"sqlite:{folder.File("jit.db")}");
        return new Round(
            New: new Pair(await aot.StartAsync(aotFile), await jit.StartAsync(jitFile)),
            Again: new Pair(await aot.StartAsync(aotFile), await jit.StartAsync(jitFile)),
            Memory: new Pair(await aot.StartAsync("memory:"), await jit.StartAsync("memory:")));
    }

    private static void Add(Figures figures, string name, IEnumerable<Pair> pairs)
    {
        figures.Add($"{name}.aot.ms", Figures.Median(pairs.Select(pair => pair.Aot.FirstEventMs)));
        figures.Add($"{name}.jit.ms", Figures.Median(pairs.Select(pair => pair.Jit.FirstEventMs)));
        figures.Add($"{name}.ratio_to_jit", Figures.Median(pairs.Select(pair => pair.Aot.FirstEventMs / pair.Jit.FirstEventMs)));
    }

    private sealed record Pair(ProgramStart Aot, ProgramStart Jit);

    private sealed record Round(Pair New, Pair Again, Pair Memory);
}
