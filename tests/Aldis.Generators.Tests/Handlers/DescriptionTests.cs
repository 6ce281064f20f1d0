using System.Text.Json;
using Aldis.Generators.Tests.Support;

namespace Aldis.Generators.Tests.Handlers;

public sealed class DescriptionTests
{
    [Fact]
    public async Task A_bus_tells_who_handles_and_who_publishes_with_file_and_line()
    {
        await using var bus = await StartAsync();
        var lines = bus.Describe().Split(Environment.NewLine);
        Assert.Contains(lines, line => line.StartsWith("  group group x2: trigger -> Aldis.Generators.Tests.Handlers.DescriptionTests.Handle (Handlers/DescriptionTests.cs:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  made <- Aldis.Generators.Tests.Handlers.DescriptionTests.Handle (Handlers/DescriptionTests.cs:", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  trigger <- Aldis.Generators.Tests.Support.Deliveries.OfAsync (Support/Deliveries.cs:", StringComparison.Ordinal));
        Assert.Contains("topic only.published", lines);
    }

    [Fact]
    public async Task The_same_is_told_as_JSON()
    {
        await using var bus = await StartAsync();
        using var json = JsonDocument.Parse(bus.DescribeJson());
        var topics = json.RootElement.GetProperty("topics").EnumerateArray().ToDictionary(topic => topic.GetProperty("topic").GetString()!);
        var handler = topics["trigger"].GetProperty("handlers").EnumerateArray().Single();
        Assert.Equal("Handlers/DescriptionTests.cs", handler.GetProperty("file").GetString());
        Assert.Equal(["made"], handler.GetProperty("publishes").EnumerateArray().Select(one => one.GetString()!));
        Assert.Equal("made", topics["made"].GetProperty("publishers").EnumerateArray().Single().GetProperty("event").GetString());
        Assert.Equal("InMemory", json.RootElement.GetProperty("transport").GetProperty("durable").GetString());
        Assert.Equal("handler", json.RootElement.GetProperty("steps").EnumerateArray().Last().GetString());
    }

    [Fact]
    public async Task What_is_only_published_is_no_event_of_the_bus_before_it_was()
    {
        await using var bus = await StartAsync();
        Assert.DoesNotContain(bus.Catalog.Events, type => type.WireName == "only.published");
        await PublishAsync(bus);
        Assert.Contains(bus.Catalog.Events, type => type.WireName == "only.published");
    }

    [Fact]
    public async Task What_is_wrong_with_a_handler_is_told_with_its_place()
    {
        var missing = Assert.Single(await Deliveries.FaultsAsync(bus => bus.Subscribe("group", (Trigger _, DescriptionTests _) => { })));
        Assert.Matches(@"^ALD1201 a lambda in .*DescriptionTests\.\w+ \(Handlers/DescriptionTests\.cs:\d+\) takes .*DescriptionTests beside its event, Trigger,", missing);
        Assert.DoesNotContain("[Event]", missing, StringComparison.Ordinal);

#pragma warning disable ALD9008 // That is what is tested.
        var twice = Assert.Single(await Deliveries.FaultsAsync(bus => bus.Subscribe("group", Handle).AddHandlers<Again>()));
#pragma warning restore ALD9008
        Assert.Matches(@"Handle \(Handlers/DescriptionTests\.cs:\d+\) and .*Again\.Handle \(Handlers/DescriptionTests\.cs:\d+\)\.", twice);
    }

    [Fact]
    public async Task A_service_that_stands_where_the_event_is_looked_for_is_told_of()
    {
        var fault = Assert.Single(await Deliveries.FaultsAsync(bus => bus.Subscribe("group", (DescriptionTests _, Unmarked _) => { })));
        Assert.Contains("takes Aldis.Generators.Tests.Handlers.DescriptionTests+Unmarked beside its event, DescriptionTests, and", fault, StringComparison.Ordinal);
        Assert.EndsWith(" Where Unmarked is the event, mark it with [Event].", fault, StringComparison.Ordinal);
    }

    private static ValueTask<EventBus> StartAsync()
        => EventBus.StartAsync(bus => bus.UseInMemory().Subscribe("group", Handle, new SubscriptionOptions { Concurrency = 2 }));

    private static Made Handle(Trigger trigger) => new(trigger.Number);

    private static async Task PublishAsync(EventBus bus) => await bus.PublishAsync(new OnlyPublished());

    [Event("only.published")]
    internal sealed record OnlyPublished;

    internal sealed record Unmarked;

    internal sealed class Again
    {
        [Subscribe("group")]
        public static void Handle(Trigger _)
        {
        }
    }
}
