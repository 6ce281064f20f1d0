namespace Aldis.AotApp.Bus;

/// <summary>A group for each running bus.</summary>
internal static class PrivateGroups
{
    public static async Task RunAsync(Action<EventBusBuilder> use)
    {
        var seen = new Seen();
        await using var bus = await StartAsync(use, seen, "one");
        await bus.PublishAsync(new PriceChanged("lamp", 20));
        await seen.ExpectAsync("one: lamp 20");
    }

    public static async Task RunTwoAsync(Action<EventBusBuilder> use)
    {
        var seen = new Seen();
        await using var one = await StartAsync(use, seen, "one");
        await using var two = await StartAsync(use, seen, "two");
        await one.PublishAsync(new PriceChanged("lamp", 25));
        await seen.ExpectAsync("one: lamp 25", "two: lamp 25");
    }

    private static Task<EventBus> StartAsync(Action<EventBusBuilder> use, Seen seen, string name) => BusWork.StartAsync(use, seen,
        bus => bus.Subscribe(Group.EachInstance, (PriceChanged change) => seen.Add($"{name}: {change.Article} {change.Price}")));
}
