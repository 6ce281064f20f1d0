using Aldis.Testing.Conformance;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>The suite on every transport: what all must do, and what each declares that it can do.</summary>
public sealed class ConformanceTests
{
    private static readonly Dictionary<string, Func<ITransportFixture>> _fixtures = new()
    {
        ["In memory"] = () => new InMemoryFixture(),
        ["SQLite"] = () => new SqliteFixture(),
        ["RabbitMQ"] = () => new RabbitMqFixture(),
        ["ZeroMQ"] = () => new ZeroMqFixture(),
        ["ZeroMQ, best effort"] = () => new ZeroMqBestEffortFixture(),
        [KafkaRuns.Usual] = () => new KafkaFixture(transactions: false),
        [KafkaRuns.Transactions] = () => new KafkaFixture(transactions: true),
        [SqsRuns.Standard] = () => new SqsFixture(fifo: false),
        [SqsRuns.Fifo] = () => new SqsFixture(fifo: true),
        ["PostgreSQL"] = () => new PostgreSqlFixture(),
    };

    /// <summary>The transport of the guide, alone and with ledgers: what it cannot do, they do.</summary>
    private static readonly Dictionary<string, Func<ITransportFixture>> _toys = new()
    {
        ["Toy"] = () => new ToyFixture(),
        ["Toy, ledger in memory"] = () => new LedgeredFixture(new InMemoryFixture()),
        ["Toy, ledger in SQLite"] = () => new LedgeredFixture(new SqliteFixture()),
        ["Toy, ledger in PostgreSQL"] = () => new LedgeredFixture(new PostgreSqlFixture()),
    };

    /// <summary>
    /// A ledger cannot know of events that the transport has not handed out yet, nor which of two came first that it adopts in another order; a bus settles those of a key in theirs.
    /// </summary>
    private static readonly string[] _notWithALedger =
    [
        "A dead letter says whether it holds its key and how many events wait behind it",
        "An event waits for its time, although one before it is tried again meanwhile",
    ];

    public static TheoryData<string, string> Cases => CasesOf(_fixtures);

    public static TheoryData<string, string> ToyCases => CasesOf(_toys);

    [Theory]
    [MemberData(nameof(Cases))]
    public Task A_transport_keeps_the_promise(string transport, string promise) => KafkaRuns.Find(transport, promise) ?? SqsRuns.Find(transport, promise) ?? RunAsync(promise, _fixtures[transport]());

    [Theory]
    [MemberData(nameof(ToyCases))]
    public Task So_does_the_transport_of_the_guide_alone_and_with_a_ledger(string transport, string promise) => RunAsync(promise, _toys[transport]());

    [Fact]
    public void The_table_of_the_documentation_is_what_is_tested()
    {
        var table = ConformanceTable.Of([.. _fixtures.Select(fixture => (fixture.Key, fixture.Value().Open().Features))]);
        var text = $"""
            # What each transport promises

            Made from the conformance suite (`Aldis.Testing`), which `./test` runs on every transport: "yes" is a promise that is tested, "–" one that goes
            with a feature the transport does not declare. What is asked of a transport without the feature is supplied by the ledger, or refused at start.

            {table}
            """.ReplaceLineEndings("\n");
        Console.WriteLine(table);
        var page = Repository.Folder("docs", "transports", "conformance.md");
        if (Environment.GetEnvironmentVariable("ALDIS_WRITE_DOCS") == "1")
        {
            File.WriteAllText(page, text);
        }

        Assert.Equal(text, File.ReadAllText(page));
    }

    [Fact]
    public void The_names_of_the_promises_differ()
        => Assert.Equal(ConformanceSuite.Scenarios.Count, ConformanceSuite.Scenarios.Select(scenario => scenario.Name).Distinct().Count());

    private static async Task RunAsync(string promise, ITransportFixture fixture)
    {
        if (fixture is IServerFixture server)
        {
            await server.ReadyAsync();
        }

        await ConformanceSuite.RunAsync(ConformanceSuite.Scenarios.Single(scenario => scenario.Name == promise), fixture);
    }

    private static TheoryData<string, string> CasesOf(Dictionary<string, Func<ITransportFixture>> fixtures)
    {
        var cases = new TheoryData<string, string>();
        foreach (var (transport, make) in fixtures)
        {
            var features = make().Open().Features;
            foreach (var scenario in ConformanceSuite.Scenarios.Where(scenario => scenario.Needs(features) && !KafkaRuns.IsBeyondMock(transport, scenario)
                && (fixtures == _fixtures || !_notWithALedger.Contains(scenario.Name))))
            {
                cases.Add(transport, scenario.Name);
            }
        }

        return cases;
    }
}
