using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Product.Tests.Snippets;

/// <summary>The web application of the README and of the guide on hosting.</summary>
internal static class WebShop
{
    public static WebApplication Build(string file, Invoices invoices, params string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.Services.AddSingleton(invoices);
        builder.AddAldis(bus => bus.UseSqlite(file));              // the one line that names the transport
        var app = builder.Build();
        app.MapPost("/orders", async (Order order, IEventBus bus) => await bus.PublishAsync(new OrderPlaced(order.Id, order.Total)));
        app.MapEvent("billing", (OrderPlaced order, Invoices invoices) => new InvoiceIssued(invoices.Create(order)));
        app.MapHealthChecks("/health/ready", new() { Predicate = check => check.Tags.Contains("ready") });
        return app;
    }
}

internal sealed record Order(string Id, decimal Total);

[Event("orders.placed")]
internal sealed record OrderPlaced(string Id, decimal Total);

[Event("invoices.issued")]
internal sealed record InvoiceIssued(string Number);

internal sealed class Invoices
{
    private readonly TaskCompletionSource<OrderPlaced> _first = new();

    public Task<OrderPlaced> First => _first.Task;

    public string Create(OrderPlaced order)
    {
        _first.TrySetResult(order);
        return $"I-{order.Id}";
    }
}
