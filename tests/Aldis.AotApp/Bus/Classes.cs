namespace Aldis.AotApp.Bus;

/// <summary>Classes whose methods are handlers: all those of the program, and a generic one by name.</summary>
internal static class Classes
{
    public static async Task RunAsync(Action<EventBusBuilder> use)
    {
        var seen = new Seen();
        await using var bus = await BusWork.StartAsync(use, seen, bus => bus.AddAllHandlers().AddHandlers<Counting<Seen>>());
        await bus.PublishAsync(new OrderPlaced("A-2", 10) { Lines = [new OrderLine("lamp", 2)] });
        await seen.ExpectAsync("packed A-2", "disposed", "disposed", "archived A-2", "1 lines, as Seen counts");
    }

    internal sealed class Packing(Ledger ledger, Seen seen) : IAsyncDisposable
    {
        [Subscribe("classes.packing", Concurrency = 2)]
        private async Task<ParcelPacked?> PackAsync(OrderPlaced order, CancellationToken cancel)
        {
            await Task.Delay(1, cancel);
            return ledger.IsLarge(order) ? null : new ParcelPacked(order.Id, "all");
        }

        [Subscribe("classes.packed")]
        public void Note(ParcelPacked parcel) => seen.Add($"packed {parcel.OrderId}");

        public ValueTask DisposeAsync()
        {
            seen.Add("disposed");
            return ValueTask.CompletedTask;
        }
    }

    internal static class Archive
    {
        [Subscribe("classes.archive")]
        private static void Keep(OrderPlaced order, Seen seen) => seen.Add($"archived {order.Id}");
    }

    internal sealed class Counting<T>(Seen seen)
    {
        [Subscribe("classes.counting")]
        public void Count(OrderPlaced order) => seen.Add($"{order.Lines.Count} lines, as {typeof(T).Name} counts");
    }
}
