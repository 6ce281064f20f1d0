#:project ../src/Transports/Aldis.Kafka
#:project ../src/Transports/Aldis.PostgreSql
#:project ../src/Transports/Aldis.RabbitMq
#:project ../src/Transports/Aldis.Sqlite
using System.Diagnostics;
using System.Globalization;
using System.Threading.Channels;
using Aldis;

// A shop as three processes: its desk, billing and audit. One connection string says what carries their events; nothing else changes.
//   dotnet run samples/08-fleet.cs -- amqp://guest:guest@127.0.0.1/
//   dotnet run samples/08-fleet.cs -- kafka://127.0.0.1:9092
//   dotnet run samples/08-fleet.cs -- postgres://user:password@127.0.0.1/shop
// Without one, they share an SQLite file. Billing and audit are this program too: the desk starts them.
if (args is [var role, var connection])
{
    await ServeAsync(role, connection);
    return;
}

var folder = Directory.CreateTempSubdirectory("fleet-");
connection = args is [var given] ? given : $"sqlite:{Path.Combine(folder.FullName, "fleet.db")}";
var entries = Channel.CreateUnbounded<Audited>();

await using (var bus = await EventBus.StartAsync(bus => Connect(bus, connection)
    .Subscribe("desk", (Audited entry, CancellationToken cancel) => entries.Writer.WriteAsync(entry, cancel))))
{
    // A broker keeps events for the groups that it knows: each says when it is there.
    using var billing = await StartAsync("billing", connection);
    using var audit = await StartAsync("audit", connection);
    foreach (var number in Enumerable.Range(1, 3))
    {
        await bus.PublishAsync(new OrderPlaced($"A-{number}", 10 * number));
        Console.WriteLine($"placed: order A-{number}");
    }

    var lines = new List<string>();
    while (lines.Count < 6)
    {
        lines.Add((await entries.Reader.ReadAsync()).Line);
    }

    lines.Order(StringComparer.Ordinal).ToList().ForEach(Console.WriteLine);
    foreach (var process in new[] { billing, audit })
    {
        process.StandardInput.Close();
        await process.WaitForExitAsync();
    }
}

folder.Delete(recursive: true);

static EventBusBuilder Connect(EventBusBuilder bus, string connection) => bus.AcceptSqlite().AcceptRabbitMq().AcceptKafka().AcceptPostgreSql().UseConnection(connection);

static async Task<Process> StartAsync(string role, string connection)
{
    var isHosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
    string[] self = isHosted ? [Environment.GetCommandLineArgs()[0]] : [];
    var process = Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. self, role, connection])
    {
        RedirectStandardInput = true, RedirectStandardOutput = true,
    })!;
    await process.StandardOutput.ReadLineAsync();
    return process;
}

static async Task ServeAsync(string role, string connection)
{
    await using var bus = await EventBus.StartAsync(bus => Subscribe(Connect(bus, connection), role));
    Console.WriteLine("ready");

    // Works until the desk closes.
    await Console.In.ReadToEndAsync();
}

static EventBusBuilder Subscribe(EventBusBuilder bus, string role)
{
    switch (role)
    {
        case "billing":
            var soon = new SubscriptionOptions { Retry = new RetryPolicy { ImmediateRetries = 0, FirstDelay = TimeSpan.FromMilliseconds(100) } };
            bus.Subscribe("billing", (OrderPlaced order, EventContext context) => Bill(order, context.Attempt), soon);
            return bus;
        default:
            bus.Subscribe("audit", (OrderPlaced order) => new Audited($"audited: order {order.Id}"));
            bus.Subscribe("audit", (InvoiceIssued invoice) => new Audited(string.Create(CultureInfo.InvariantCulture,
                $"audited: invoice for order {invoice.OrderId} of {invoice.Total:0.00}, billed at attempt {invoice.Attempt}")));
            return bus;
    }
}

// The payment provider is busy when it is asked for the second order. What is thrown is tried again, on each of the transports.
static InvoiceIssued Bill(OrderPlaced order, int attempt) => order.Id == "A-2" && attempt == 1
    ? throw new InvalidOperationException("The payment provider is busy; try again.")
    : new InvoiceIssued(order.Id, order.Total, attempt);

[Event("orders.placed")] record OrderPlaced(string Id, decimal Total);
[Event("invoices.issued")] record InvoiceIssued(string OrderId, decimal Total, int Attempt);
[Event("entries.audited")] record Audited(string Line);
