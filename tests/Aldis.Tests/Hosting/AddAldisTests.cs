using System.Collections.Concurrent;
using Aldis.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aldis.Tests.Hosting;

public sealed class AddAldisTests
{
    [Fact]
    public async Task A_handler_gets_services_of_a_scope_of_its_own()
    {
        var builder = HostStage.Builder();
        builder.AddAldis(bus => bus.UseInMemory());
        builder.Services.AddSingleton<Ledger>().AddScoped<Unit>();
        using var host = builder.Build();
        host.MapEvent("billing", (OrderPlaced order, Ledger ledger, Unit unit, Unit same) => { ledger.Entries.Enqueue((order.Id, unit, unit == same)); });
        await host.StartAsync(BusStage.Cancel);
        await host.PublishAsync(new OrderPlaced("A"));
        await host.PublishAsync(new OrderPlaced("B"));
        var entries = host.Services.GetRequiredService<Ledger>().Entries;
        await Clock.StandingStillUntilAsync(() => entries.Count == 2, "both events");
        await host.StopAsync(BusStage.Cancel);
        Assert.Equal([("A", true), ("B", true)], entries.Select(entry => (entry.Id, entry.Same)));
        Assert.Equal(2, entries.Select(entry => entry.Unit).Distinct().Count());
    }

    [Fact]
    public async Task What_a_mapped_handler_returns_is_published()
    {
        var builder = HostStage.Builder();
        builder.AddAldis(bus => bus.UseInMemory());
        builder.Services.AddSingleton<Ledger>();
        using var host = builder.Build();
        host.MapEvent("billing", (OrderPlaced order) => new InvoiceIssued(order.Id))
            .MapEvent("mail", (InvoiceIssued invoice, Ledger ledger) => { ledger.Entries.Enqueue((invoice.Id, null, true)); });
        await host.StartAsync(BusStage.Cancel);
        await host.PublishAsync(new OrderPlaced("A"));
        var entries = host.Services.GetRequiredService<Ledger>().Entries;
        await Clock.StandingStillUntilAsync(() => entries.Count == 1, "the invoice");
        await host.StopAsync(BusStage.Cancel);
        Assert.Equal("A", entries.Single().Id);
    }

    [Fact]
    public async Task A_handler_can_be_mapped_for_each_instance()
    {
        var builder = HostStage.Builder();
        builder.AddAldis(bus => bus.UseInMemory());
        builder.Services.AddSingleton<Ledger>();
        using var host = builder.Build();
        host.MapEvent(Group.EachInstance, (OrderPlaced order, EventContext context, Ledger ledger) =>
        {
            ledger.Entries.Enqueue((order.Id, null, context.Group == Group.EachInstance));
        });
        await host.StartAsync(BusStage.Cancel);
        await host.PublishAsync(new OrderPlaced("A"));
        var entries = host.Services.GetRequiredService<Ledger>().Entries;
        await Clock.StandingStillUntilAsync(() => entries.Count == 1, "the event");
        await host.StopAsync(BusStage.Cancel);
        Assert.Equal(("A", null, true), entries.Single());
    }

    [Fact]
    public void A_second_bus_in_one_host_is_refused()
    {
        var builder = HostStage.Builder();
        builder.AddAldis(bus => bus.UseInMemory());
        Assert.Equal("ALD1308", Assert.Throws<AldisException>(() => builder.AddAldis(bus => bus.UseInMemory())).Code);
    }

    [Fact]
    public async Task A_handler_mapped_after_the_start_is_refused()
    {
        var builder = HostStage.Builder();
        builder.AddAldis(bus => bus.UseInMemory());
        using var host = builder.Build();
        await host.StartAsync(BusStage.Cancel);
        Assert.Equal("ALD1307", Assert.Throws<AldisException>(() => host.MapEvent("late", (OrderPlaced order) => { })).Code);
        await host.StopAsync(BusStage.Cancel);
    }

    [Fact]
    public async Task The_connection_string_chooses_the_transport()
    {
        var builder = HostStage.Builder(connection: "memory:");
        builder.AddAldis(_ => { });
        using var host = builder.Build();
        await host.StartAsync(BusStage.Cancel);
        Assert.StartsWith("transport aldis: InMemory", host.Services.GetRequiredService<EventBus>().Describe(), StringComparison.Ordinal);
        await host.StopAsync(BusStage.Cancel);
    }

    [Fact]
    public async Task The_code_wins_over_the_connection_string()
    {
        var builder = HostStage.Builder(connection: "nonsense:sesame");
        builder.AddAldis(bus => bus.UseInMemory());
        using var host = builder.Build();
        await host.StartAsync(BusStage.Cancel);
        Assert.Empty(host.Services.GetRequiredService<EventBus>().Troubles);
        await host.StopAsync(BusStage.Cancel);
    }

    [Fact]
    public async Task Without_a_transport_the_host_does_not_start()
    {
        var builder = HostStage.Builder();
        builder.AddAldis(_ => { });
        using var host = builder.Build();
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.StartAsync(BusStage.Cancel));
        Assert.Equal("ALD1302", error.Code);
    }

    [Fact]
    public async Task A_service_that_is_not_registered_keeps_the_host_from_starting()
    {
        var builder = HostStage.Builder();
        builder.AddAldis(bus => bus.UseInMemory());
        using var host = builder.Build();
        host.MapEvent("billing", (OrderPlaced _, Ledger _) => { });
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => host.StartAsync(BusStage.Cancel));
        Assert.Equal("ALD1201", error.Code);
        Assert.Contains("AddSingleton<Ledger>", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_clock_and_the_name_of_the_host_are_those_of_the_bus()
    {
        var (time, seen) = (new Clock(), new ConcurrentQueue<EventContext>());
        var builder = HostStage.Builder();
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddAldis(bus => bus.UseInMemory());
        using var host = builder.Build();
        host.MapEvent("billing", (OrderPlaced _, EventContext context) => { seen.Enqueue(context); });
        await host.StartAsync(BusStage.Cancel);
        await host.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => seen.Count == 1, "the event");
        await host.StopAsync(BusStage.Cancel);
        Assert.Equal((time.GetUtcNow(), "/storefront"), (seen.Single().Time, seen.Single().Envelope.Source));
    }

    internal sealed class Ledger
    {
        public ConcurrentQueue<(string Id, Unit? Unit, bool Same)> Entries { get; } = new();
    }

    internal sealed class Unit;
}
