using Aldis.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of the guide on testing does what the guide says.</summary>
public sealed class TestingTests
{
    [Fact]
    public async Task The_first_test_of_the_guide_passes()
    {
        await using var bus = await TestBus.StartAsync(Shop.Configure);
        await bus.PublishAsync(new OrderPlaced("A-17"));
        await bus.AdvanceAsync(TimeSpan.FromHours(1));
        var shipped = bus.MustHavePublished<OrderShipped>(order => order.Id == "A-17");
        await bus.MustBeEmptyAsync();
        Assert.Null(shipped.Group);
    }

    [Fact]
    public async Task Failures_are_a_list_for_any_assertion()
    {
        await using var bus = await TestBus.StartAsync(Shop.Configure);
        var start = bus.Time.GetUtcNow();
        bus.Faults.Throw<OrderPlaced>("billing", times: 6);
        await bus.PublishAsync(new OrderPlaced("A-17"));
        await bus.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal([0, 1, 3], bus.Failed<OrderPlaced>("billing").Select(one => (one.At - start).TotalSeconds));
    }

    [Fact]
    public async Task Everything_is_handled_whatever_goes_wrong()
    {
        await using var bus = await TestBus.StartAsync(Shop.Configure);
        bus.Faults.Throw<OrderPlaced>("billing", times: 2, new TimeoutException());
        bus.Faults.Duplicate<OrderPlaced>();
        bus.Faults.CrashAfterHandling<OrderPlaced>("billing");
        await bus.PublishAsync(new OrderPlaced("A-17"));
        await bus.AdvanceAsync(TimeSpan.FromHours(1));
        Assert.Equal(2, bus.Handled<OrderPlaced>("billing").Count);
        Assert.Equal(4, bus.Faults.Suffered.Count);
    }

    [Fact]
    public async Task One_line_makes_the_bus_of_a_host_a_test_bus()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddAldis(Shop.Configure);
        builder.Services.AddTestBus();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);
        var bus = host.Services.GetRequiredService<TestBus>();
        await host.Services.GetRequiredService<IEventBus>().PublishAsync(new OrderPlaced("A-17"), cancel: TestContext.Current.CancellationToken);
        await bus.AdvanceAsync(TimeSpan.FromHours(1));
        bus.MustHavePublished<OrderShipped>();
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    private static class Shop
    {
        public static void Configure(EventBusBuilder bus) => bus.UseSqlite("never-opened.db").Subscribe<OrderPlaced>("billing", (order, context) =>
        {
            context.Publish(new OrderShipped(order.Id), new PublishOptions { After = TimeSpan.FromMinutes(30) });
            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { Retry = new RetryPolicy { ImmediateRetries = 1, Jitter = 0 } });
    }

    [Event("testing.placed")]
    internal sealed record OrderPlaced(string Id);

    [Event("testing.shipped")]
    internal sealed record OrderShipped(string Id);
}
