#:project ../src/Transports/Aldis.Sqlite
using Aldis;

File.Delete("first-event.db");
var invoiced = new TaskCompletionSource();

await using var bus = await EventBus.StartAsync(bus => bus
    .UseSqlite("first-event.db")                                     // durable: on the disk before PublishAsync completes
    .Subscribe("billing", (OrderPlaced order) => new InvoiceIssued(order.Id, order.Total))
    .Subscribe("audit", (InvoiceIssued invoice) =>
    {
        Console.WriteLine($"invoice for {invoice.OrderId}: {invoice.Total}");
        invoiced.SetResult();
    }));

await bus.PublishAsync(new OrderPlaced("A-17", 99.50m));
await invoiced.Task;

[Event("orders.placed")] record OrderPlaced(string Id, decimal Total);
[Event("invoices.issued")] record InvoiceIssued(string OrderId, decimal Total);
