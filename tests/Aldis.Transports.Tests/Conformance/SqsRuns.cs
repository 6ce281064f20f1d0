using Aldis.Testing.Conformance;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>The service counts in whole seconds, so that scenarios with delays take some. They run beside each other, each with queues of its own, and each test waits for its own.</summary>
internal static class SqsRuns
{
    public const string Standard = "SQS";
    public const string Fifo = "SQS, FIFO";

    private static readonly SemaphoreSlim _some = new(8);
    private static readonly Lazy<Dictionary<(string, string), Task>> _all = new(Begin);

    /// <summary>The run of a scenario on SQS; null where it is about another transport.</summary>
    public static Task? Find(string transport, string promise) => transport is Standard or Fifo ? _all.Value[(transport, promise)] : null;

    private static Dictionary<(string, string), Task> Begin()
    {
        var runs = new Dictionary<(string, string), Task>();
        foreach (var (name, fifo) in new[] { (Standard, false), (Fifo, true) })
        {
            var features = new SqsFixture(fifo).Open().Features;
            foreach (var scenario in ConformanceSuite.Scenarios.Where(scenario => scenario.Needs(features)))
            {
                runs.Add((name, scenario.Name), RunAsync(scenario, fifo));
            }
        }

        return runs;
    }

    private static async Task RunAsync(Scenario scenario, bool fifo)
    {
        await _some.WaitAsync();
        try
        {
            var fixture = new SqsFixture(fifo);
            await fixture.ReadyAsync();
            await ConformanceSuite.RunAsync(scenario, fixture);
        }
        finally
        {
            _some.Release();
        }
    }
}
