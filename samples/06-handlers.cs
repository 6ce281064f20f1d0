#:project ../src/Aldis
using Aldis;

// An order becomes an invoice and a parcel. Each handler comes from somewhere else, and the bus tells from where.
var shipped = new TaskCompletionSource<string>();

await using var bus = await EventBus.StartAsync(bus => bus
    .UseInMemory()
    .Subscribe("billing", (OrderPlaced order) => new InvoiceIssued(order.Id, order.Total))
    .Subscribe("shipping", (ParcelPacked parcel, EventContext context) => shipped.SetResult($"{parcel.OrderId} on attempt {context.Attempt}"))
    .Subscribe<InvoiceIssued>("ledger", (invoice, context) => ValueTask.CompletedTask)
    .AddAllHandlers());

Console.WriteLine(bus.Describe());
await bus.PublishAsync(new OrderPlaced("A-17", 99.50m));
Console.WriteLine($"shipped {await shipped.Task}");

[Event("orders.placed")] record OrderPlaced(string Id, decimal Total);
[Event("invoices.issued")] record InvoiceIssued(string OrderId, decimal Total);
[Event("parcels.packed")] record ParcelPacked(string OrderId);

class Depot
{
    [Subscribe("depot", Concurrency = 4)]
    private static ParcelPacked Pack(OrderPlaced order) => new(order.Id);
}
