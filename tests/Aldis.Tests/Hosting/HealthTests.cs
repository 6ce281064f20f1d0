using Aldis.Tests.Support;
using Aldis.Transports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace Aldis.Tests.Hosting;

public sealed class HealthTests
{
    [Fact]
    public async Task The_check_is_healthy_while_the_bus_runs_and_not_before_or_after()
    {
        var builder = HostStage.Builder();
        builder.AddAldis(bus => bus.UseInMemory());
        using var host = builder.Build();
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(host)).Status);
        await host.StartAsync(BusStage.Cancel);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        await host.StopAsync(BusStage.Cancel);
        var entry = await CheckAsync(host);
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.StartsWith("ALD1305", entry.Description, StringComparison.Ordinal);
        Assert.Equal(["ready"], entry.Tags);
    }

    [Fact]
    public async Task The_check_says_which_group_is_in_trouble_and_why()
    {
        var time = new Clock();
        var transport = new FaultyTransport(new InMemoryTransport(new InMemoryOptions(), time)) { SettleError = Failures.Away };
        var builder = HostStage.Builder();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddAldis(bus => bus.UseTransport(_ => transport));
        using var host = builder.Build().MapEvent("billing", (OrderPlaced _) => { });
        await host.StartAsync(BusStage.Cancel);
        await host.PublishAsync(new OrderPlaced("A"));
        var bus = host.Services.GetRequiredService<EventBus>();
        await Clock.StandingStillUntilAsync(() => bus.Troubles.Count > 0, "trouble");
        var entry = await CheckAsync(host);
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.Contains("'billing' cannot settle on 'orders.placed'", entry.Description, StringComparison.Ordinal);
        Assert.Contains("The line is dead.", entry.Description, StringComparison.Ordinal);

        transport.SettleError = null;
        await time.UntilAsync(() => bus.Troubles.Count == 0, "no trouble");
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host)).Status);
        await host.StopAsync(BusStage.Cancel);
    }

    [Fact]
    public async Task A_new_process_is_asked_for_only_when_a_loop_has_ended()
    {
        var transport = new FaultyTransport(new InMemoryTransport(new InMemoryOptions(), TimeProvider.System)) { SettleError = Failures.Away };
        var builder = HostStage.Builder();
        builder.AddAldis(bus => bus.UseTransport(_ => transport));
        using var host = builder.Build().MapEvent("billing", (OrderPlaced _) => { });
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host, "aldis-live")).Status);
        await host.StartAsync(BusStage.Cancel);
        await host.PublishAsync(new OrderPlaced("A"));
        var bus = host.Services.GetRequiredService<EventBus>();
        await Clock.StandingStillUntilAsync(() => bus.Troubles.Count > 0, "trouble");
        var entry = await CheckAsync(host, "aldis-live");
        Assert.Equal((HealthStatus.Healthy, "live"), (entry.Status, Assert.Single(entry.Tags)));

        transport.SettleError = null;
        transport.AddToReceived = 1_000;
        await host.PublishAsync(new OrderPlaced("B"));
        await Clock.StandingStillUntilAsync(() => !bus.IsAlive, "a loop that ends");
        entry = await CheckAsync(host, "aldis-live");
        Assert.Equal(HealthStatus.Unhealthy, entry.Status);
        Assert.StartsWith("ALD1416", entry.Description, StringComparison.Ordinal);
        await Record.ExceptionAsync(() => host.StopAsync(BusStage.Cancel));
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync(host, "aldis-live")).Status);
    }

    private static async Task<HealthReportEntry> CheckAsync(IHost host, string name = "aldis")
        => (await host.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(BusStage.Cancel)).Entries[name];
}
