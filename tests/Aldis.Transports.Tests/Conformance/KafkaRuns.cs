using Aldis.Testing.Conformance;
using Aldis.Transports.Tests.Kafka;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>
/// A group of Kafka takes seconds whenever a member comes or goes, in which nobody works. So the scenarios on it, each with topics of its own, run beside each other, some at a time,
/// and each test waits for its own.
/// </summary>
internal static class KafkaRuns
{
    public const string Usual = "Kafka";
    public const string Transactions = "Kafka, transactions";

    /// <summary>
    /// The mock cluster refuses commits while a group waits for its members, which Kafka does not, sends members that are a moment late back to wait, and does not fence the transactions
    /// of those that are no members any more. So what a member settles as it goes may come again.
    /// </summary>
    private const string CommitsInRebalance = "Members come and go while events flow, and each event is done";

    private static readonly SemaphoreSlim _some = new(8);
    private static readonly Lazy<Dictionary<(string, string), Task>> _all = new(Begin);

    /// <summary>Whether a scenario needs a real cluster (<c>ALDIS_TEST_KAFKA</c>).</summary>
    public static bool IsBeyondMock(string transport, Scenario scenario)
        => transport is Usual or Transactions && scenario.Name == CommitsInRebalance && KafkaServer.Real is null;

    /// <summary>The run of a scenario on Kafka; null where it is about another transport.</summary>
    public static Task? Find(string transport, string promise) => transport is Usual or Transactions ? _all.Value[(transport, promise)] : null;

    private static Dictionary<(string, string), Task> Begin()
    {
        var runs = new Dictionary<(string, string), Task>();
        foreach (var (name, transactions) in new[] { (Usual, false), (Transactions, true) })
        {
            var features = new KafkaFixture(transactions).Open().Features;
            foreach (var scenario in ConformanceSuite.Scenarios.Where(scenario => scenario.Needs(features) && !IsBeyondMock(name, scenario)))
            {
                runs.Add((name, scenario.Name), RunAsync(scenario, transactions));
            }
        }

        return runs;
    }

    private static async Task RunAsync(Scenario scenario, bool transactions)
    {
        await _some.WaitAsync();
        try
        {
            await Task.Yield();
            await ConformanceSuite.RunAsync(scenario, new KafkaFixture(transactions));
        }
        finally
        {
            _some.Release();
        }
    }
}
