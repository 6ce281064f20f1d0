namespace Aldis.AotApp.Bus;

/// <summary>A signal that goes from one space to the other, as it would from one process to the other.</summary>
internal static class Carrying
{
    public static async Task RunAsync(Action<EventBusBuilder> use)
    {
        var seen = new Seen();
        var (here, there) = (new SignalSpace().Get<PriceChanged>("prices"), new SignalSpace().Get<PriceChanged>("prices"));
        using var receiver = there.Connect(change => seen.Add($"{change.Article} {change.Price}"));
        using var ofBoss = there.Connect(change => seen.Add("from the boss"), sender: "boss");
        await using var one = await BusWork.StartAsync(use, seen, bus => bus.Carry(here));
        await using var two = await BusWork.StartAsync(use, seen, bus => bus.Carry(there));
        await here.SendAsync("boss", new PriceChanged("bulb", 3));
        await seen.ExpectAsync("bulb 3", "from the boss");
    }
}
