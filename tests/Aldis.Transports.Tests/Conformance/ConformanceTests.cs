using Aldis.Testing.Conformance;

namespace Aldis.Transports.Tests.Conformance;

/// <summary>The whole suite on every transport. A scenario that a transport does not claim is reported as skipped, with the reason.</summary>
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
            foreach (var transport in _fixtures.Keys)
            {
                foreach (var scenario in ConformanceSuite.Scenarios)
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
        var applies = await ConformanceSuite.RunAsync(scenario, _fixtures[transport]());
        Assert.SkipUnless(applies, $"{transport} does not declare the feature that this is about.");
    }

    [Fact]
    public void The_names_of_the_promises_differ()
        => Assert.Equal(ConformanceSuite.Scenarios.Count, ConformanceSuite.Scenarios.Select(scenario => scenario.Name).Distinct().Count());
}
