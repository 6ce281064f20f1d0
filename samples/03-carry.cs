#:project ../src/Transports/Aldis.Sqlite
using Aldis;

// A shop and its billing meet at two signals and know nothing of each other.
//   In one process:                  dotnet run samples/03-carry.cs
//   In two, billing first for once:  dotnet run samples/03-carry.cs -- billing
//                                    dotnet run samples/03-carry.cs -- shop
// Stop billing, let the shop order, start billing again: what was sent meanwhile arrives.
string[] parts = args is [] ? ["billing", "shop"] : args;
var placed = Signal.Named<OrderPlaced>("orders.placed");
var issued = Signal.Named<InvoiceIssued>("invoices.issued");
var invoices = 0;
var paid = new TaskCompletionSource();

if (parts.Contains("billing"))
{
    placed.Connect(order =>
    {
        Console.WriteLine($"billing: order {order.Id} of {order.Total}");
        return issued.SendAsync(new InvoiceIssued(order.Id, order.Total));
    });
}

if (parts.Contains("shop"))
{
    issued.Connect(invoice =>
    {
        Console.WriteLine($"shop: invoice for {invoice.OrderId} of {invoice.Total}");
        if (++invoices == 3)
        {
            paid.SetResult();
        }
    });
}

// The one line. Without it this is a program of one process; with it, of as many as there are parts.
await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite("carry.db").Carry(placed, parts[^1]).Carry(issued, parts[^1]));

if (!parts.Contains("shop"))
{
    Console.WriteLine("billing: open until Enter is pressed");
    Console.ReadLine();
    return;
}

await placed.SendAsync(new OrderPlaced("A-1", 99.50m));
await placed.SendAsync(new OrderPlaced("A-2", 12.00m));
await placed.SendAsync(new OrderPlaced("A-3", 7.25m));
await paid.Task;

record OrderPlaced(string Id, decimal Total);
record InvoiceIssued(string OrderId, decimal Total);
