using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Engines;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.NoEmit;

namespace Aldis.Benchmarks.Signals;

/// <summary>
/// Runs benchmarks in many short rounds of BenchmarkDotNet, in this process. One long run would measure a contestant a minute after the one
/// it is compared with, and a machine with other work to do is another one by then. In a round, those who are compared follow one
/// another within a fraction of a second.
/// </summary>
internal sealed class Rounds(Type[] benchmarks)
{
    // Short iterations, of which the fastest counts: other work of the machine only ever makes one slower, and leaves some of them alone.
    private const int Iterations = 10;
    private const double IterationNanoseconds = 1.5e6;

    // By default BenchmarkDotNet waits for the compiler and looks for the number of invocations in each run: a second for each benchmark
    // and round. This strategy does neither; the training does both, once for all rounds.
    private static readonly Job Short = Job.Default
        .WithToolchain(InProcessNoEmitToolchain.Instance)
        .WithStrategy(RunStrategy.Monitoring)
        .WithWarmupCount(1)
        .WithIterationCount(Iterations)
        .WithUnrollFactor(1)
        .WithGcForce(false)
        .WithEvaluateOverhead(false);

    private Dictionary<Case, Reading> _last = [];

    /// <summary>
    /// Runs everything, over and over, at least some times, until the compiler has had the time to make its last and best code.
    /// </summary>
    public void Train(Func<bool> goOn) => Repeat(goOn, atLeast: 4, _ => 8);

    /// <summary>Measures, over and over, at least some times.</summary>
    /// <returns>What each round has read.</returns>
    public IReadOnlyList<IReadOnlyDictionary<Case, Reading>> Measure(Func<bool> goOn)
    {
        var trained = _last;
        return Repeat(goOn, atLeast: 5, benchmark =>
            (long)(IterationNanoseconds / (trained[Case.Of(benchmark)].Nanoseconds * benchmark.Descriptor.OperationsPerInvoke)) + 1);
    }

    private List<Dictionary<Case, Reading>> Repeat(Func<bool> goOn, int atLeast, Func<BenchmarkCase, long> invocations)
    {
        var rounds = new List<Dictionary<Case, Reading>>();
        while (rounds.Count < atLeast || goOn())
        {
            rounds.Add(_last = Run(invocations));
        }

        return rounds;
    }

    private Dictionary<Case, Reading> Run(Func<BenchmarkCase, long> invocations)
    {
        var log = new AccumulationLogger();
        var config = Config(log);
        var all = benchmarks.SelectMany(type => BenchmarkConverter.TypeToBenchmarks(type, config).BenchmarksCases).ToArray();
        var infos = all.GroupBy(benchmark => Case.Of(benchmark).Name).Select(group => Info(group, invocations));
        var reports = BenchmarkRunner.Run([.. infos]).SelectMany(summary => summary.Reports).ToArray();
        return reports.Length == all.Length && reports.All(report => report.Success)
            ? reports.ToDictionary(report => Case.Of(report.BenchmarkCase), Read)
            : throw new InvalidOperationException($"BenchmarkDotNet could not run everything: {log.GetLog()}");
    }

    private static ManualConfig Config(ILogger log) => ManualConfig.CreateEmpty()
        .AddJob(Short)
        .AddLogger(log)
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddColumnProvider(DefaultColumnProviders.Instance)
        .WithArtifactsPath(Path.Combine("artifacts", "bench"))
        .WithOptions(ConfigOptions.DisableLogFile);

    /// <summary>Those who are compared with one another, to be run one right after the other.</summary>
    private static BenchmarkRunInfo Info(IEnumerable<BenchmarkCase> group, Func<BenchmarkCase, long> invocations)
    {
        BenchmarkCase[] cases = [.. group.Select(benchmark => BenchmarkCase.Create(
            benchmark.Descriptor, Short.WithInvocationCount(invocations(benchmark)), benchmark.Parameters, benchmark.Config))];
        return new BenchmarkRunInfo(cases, cases[0].Descriptor.Type, cases[0].Config);
    }

    private static Reading Read(BenchmarkReport report)
        => new(report.ResultStatistics!.Min, report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0);
}
