using Aldis.Testing.Conformance;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>The suite on every transport: what all must do, and what each declares that it can do.</summary>
public sealed class ConformanceTests
{
    private static readonly Dictionary<string, Func<ITransportFixture>> _fixtures = new()
    {
        ["In memory"] = () => new InMemoryFixture(),
        ["SQLite"] = () => new SqliteFixture(),
    };

    public static TheoryData<string, string> Cases
    {
        get
        {
            var cases = new TheoryData<string, string>();
            foreach (var (transport, make) in _fixtures)
            {
                var features = make().Open().Features;
                foreach (var scenario in ConformanceSuite.Scenarios.Where(scenario => scenario.Needs(features)))
                {
                    cases.Add(transport, scenario.Name);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_transport_keeps_the_promise(string transport, string promise)
    {
        var scenario = ConformanceSuite.Scenarios.Single(scenario => scenario.Name == promise);
        await ConformanceSuite.RunAsync(scenario, _fixtures[transport]());
    }

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
}
