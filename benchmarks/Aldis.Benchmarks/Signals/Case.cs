using BenchmarkDotNet.Running;

namespace Aldis.Benchmarks.Signals;

/// <summary>What is measured, for example <c>send8</c>, and of whom.</summary>
internal readonly record struct Case(string Name, string Contestant)
{
    public static Case Of(BenchmarkCase benchmark)
    {
        var count = benchmark.Parameters.Items.Single().Value is > 0 and var given ? $"{given}" : "";
        return new Case(benchmark.Descriptor.Categories.Single() + count, benchmark.Descriptor.WorkloadMethodDisplayInfo);
    }
}
