using Aldis.Testing.Conformance;
using Aldis.Tests.Shared.Toy;
using Aldis.Transports;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Product.Tests.Snippets;

internal sealed class MyFixture : ITransportFixture
{
    private readonly FakeTimeProvider _time = new();
    private readonly ToyTransport _transport;

    public MyFixture() => _transport = new ToyTransport(_time);
    public TimeProvider Time => _time;
    public ITransport Open() => _transport;
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public ValueTask AdvanceAsync(TimeSpan span)
    {
        _time.Advance(span);
        return ValueTask.CompletedTask;
    }
}

internal static class ToyBuilderExtensions
{
    public static EventBusBuilder UseToy(this EventBusBuilder bus)
        => bus.UseTransport(context => new ToyTransport(context.Time));

    public static EventBusBuilder AcceptToy(this EventBusBuilder bus)
        => bus.AcceptTransport(new TransportScheme("toy", "toy:somewhere", (uri, context) => new ToyTransport(context.Time)));
}

/// <summary>The guide on transports, word for word: its fixture runs the suite, and its transport carries a bus.</summary>
public sealed class TransportSnippets
{
    [Fact]
    public async Task The_fixture_of_the_guide_runs_the_suite()
    {
        var features = new ToyTransport(TimeProvider.System).Features;
        foreach (var scenario in ConformanceSuite.Scenarios.Where(scenario => scenario.Needs(features)))
        {
            await ConformanceSuite.RunAsync(scenario, new MyFixture());
        }
    }

    [Fact]
    public async Task The_extensions_of_the_guide_choose_the_transport_and_a_ledger_adds_what_it_lacks()
    {
        var folder = Directory.CreateTempSubdirectory("aldis-");
        try
        {
            await using var used = await EventBus.StartAsync(bus => bus.UseToy().UseSqliteLedger(Path.Combine(folder.FullName, "used.db")));
            await using var accepted = await EventBus.StartAsync(bus => bus.AcceptToy().UseConnection("toy:somewhere").UseSqliteLedger(Path.Combine(folder.FullName, "accepted.db")));
            Assert.Equal(used.Describe(), accepted.Describe());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Without_a_ledger_the_bus_says_what_to_add()
    {
        var error = await Assert.ThrowsAnyAsync<AldisException>(async () => await EventBus.StartAsync(bus => bus.UseToy()));
        Assert.Contains("UseSqliteLedger", error.Message, StringComparison.Ordinal);
    }
}
