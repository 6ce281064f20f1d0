using Aldis.Testing.Conformance;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>The suite on every transport: what all must do, and what each declares that it can do.</summary>
public sealed class ConformanceTests
{
    private static readonly Dictionary<string, Func<ITransportFixture>> _fixtures = new()
    {
        ["InMemory"] = () => new InMemoryFixture(),
        ["Sqlite"] = () => new SqliteFixture(),
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
    public void The_names_of_the_promises_differ()
        => Assert.Equal(ConformanceSuite.Scenarios.Count, ConformanceSuite.Scenarios.Select(scenario => scenario.Name).Distinct().Count());
}
