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

    private static ValueTask<EventBus> StartAsync()
        => EventBus.StartAsync(bus => bus.UseInMemory().Subscribe("group", Handle, new SubscriptionOptions { Concurrency = 2 }));

    private static Made Handle(Trigger trigger) => new(trigger.Number);

    private static async Task PublishAsync(EventBus bus) => await bus.PublishAsync(new OnlyPublished());

    [Event("only.published")]
    internal sealed record OnlyPublished;
}
