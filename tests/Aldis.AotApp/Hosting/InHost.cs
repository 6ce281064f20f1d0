using Aldis.AotApp.Bus;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aldis.AotApp.Hosting;

/// <summary>A bus in a host: the transport from its configuration, services, health, the end.</summary>
internal static class InHost
{
    public static async Task RunAsync()
    {
        using var folder = new TemporaryFolder();
        var builder = Host.CreateApplicationBuilder();
        builder.Logging.ClearProviders();
        builder.Configuration.AddInMemoryCollection([new("ConnectionStrings:events", $"sqlite:{folder.File("host.db")}")]);
        builder.Services.AddSingleton<Seen>();
        builder.Services.AddScoped<Ledger>();
        builder.AddAldis(bus => bus.AcceptSqlite().AddHandlers<Classes.Packing>());
        using var host = builder.Build();
        host.MapEvent("host", (OrderPlaced order, Ledger ledger) => ledger.IsLarge(order) ? new ReviewAsked(order.Id, "large") : null);
        host.MapEvent("host", (ReviewAsked review, Seen seen) => seen.Add(review.OrderId));
        await host.StartAsync();
        await host.Services.GetRequiredService<IEventBus>().PublishAsync(new OrderPlaced("A-3", 100));
        await host.Services.GetRequiredService<Seen>().ExpectAsync("A-3", "disposed");
        Check.Equal(HealthStatus.Healthy, (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Status);
        await host.StopAsync();
        Check.True(File.Exists(folder.File("host.db")));
    }
}
