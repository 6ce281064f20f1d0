using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Hosting;

namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of the guide on hosting. It is here to be compiled; tests elsewhere prove what it promises.</summary>
internal static class HostingSnippets
{
    public static void Map(IHost host, string log)
    {
        host.MapEvent("billing", (OrderPlaced order, Invoices invoices) => new InvoiceIssued(invoices.Create(order)));
        host.MapEvent("audit", async (OrderPlaced order, EventContext context, CancellationToken cancel) =>
        {
            await File.AppendAllTextAsync(log, $"{context.Id} attempt {context.Attempt}: {order.Id}\n", cancel);
        });
    }

    public static void MapOptions(IHost host)
    {
        host.MapEvent("billing", Bill, new SubscriptionOptions { Concurrency = 4 });
        host.MapEvent(Group.EachInstance, (PriceChanged change, Prices prices) => prices.Forget(change.Article));
        host.MapEvent("nobody", (PriceChanged _) => { });
    }

    public static void AddClass(IHostApplicationBuilder builder, string file)
    {
        builder.AddAldis(bus => bus.UseSqlite(file).AddHandlers<Warehouse>());
    }

    public static void AddAll(IHostApplicationBuilder builder, string file)
    {
        builder.AddAldis(bus => bus.UseSqlite(file).AddAllHandlers());
    }

    public static void AddPlugIn(IHostApplicationBuilder builder, string file, System.Reflection.Assembly plugIn)
    {
        builder.AddAldis(bus => bus.UseSqlite(file).AddHandlersByReflection(plugIn));
    }

    public static void AddContext(IHostApplicationBuilder builder, string file)
    {
        builder.AddAldis(bus => bus.UseSqlite(file).UseJson(ShopJson.Default));
    }

    public static void AddConfigured(IHostApplicationBuilder builder)
    {
        builder.AddAldis(bus => bus.AcceptSqlite());
    }

    private static InvoiceIssued Bill(OrderPlaced order) => new(order.Id);
}

[Event("prices.changed")]
internal sealed record PriceChanged(string Article);

internal sealed class Prices
{
    private readonly ConcurrentDictionary<string, decimal> _known = new();

    public void Forget(string article) => _known.TryRemove(article, out _);
}

internal sealed class Warehouse(Shelves shelves)
{
    [Subscribe("warehouse")]
    public void Reserve(OrderPlaced order) => shelves.Take(order.Id);

    [Subscribe("warehouse")]
    public void Ship(InvoiceIssued invoice) => shelves.Ship(invoice.Number);
}

internal sealed class Shelves
{
    public List<string> Moved { get; } = [];

    public void Take(string id) => Moved.Add(id);

    public void Ship(string number) => Moved.Add(number);
}

[JsonSerializable(typeof(OrderPlaced))]
[JsonSerializable(typeof(InvoiceIssued))]
internal sealed partial class ShopJson : JsonSerializerContext;
