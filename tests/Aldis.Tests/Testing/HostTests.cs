using Aldis.Testing;
using Aldis.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aldis.Tests.Testing;

/// <summary>A test bus in the place of the bus of a host.</summary>
public sealed class HostTests
{
    [Fact]
    public async Task One_line_makes_the_bus_of_a_host_a_test_bus()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddAldis(bus => bus.UseConnection("unknown:never-opened").Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask));
        builder.Services.AddTestBus();
        using var host = builder.Build();
        await host.StartAsync(TestContext.Current.CancellationToken);

        var bus = host.Services.GetRequiredService<TestBus>();
        Assert.Same(bus.Time, host.Services.GetRequiredService<TimeProvider>());
        await host.Services.GetRequiredService<IEventBus>().PublishAsync(new OrderPlaced("1"), new PublishOptions { After = TimeSpan.FromHours(1) }, TestContext.Current.CancellationToken);
        await bus.AdvanceAsync(TimeSpan.FromHours(1));
        bus.MustHaveHandled<OrderPlaced>("billing");
        await bus.MustBeEmptyAsync();
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_host_does_not_die()
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.AddAldis(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask));
        builder.Services.AddTestBus();
        using var host = builder.Build();
        var bus = host.Services.GetRequiredService<TestBus>();
        Assert.Throws<NotSupportedException>(() => bus.Faults.CrashAfterHandling<OrderPlaced>());
        Assert.Throws<NotSupportedException>(() => bus.Faults.Random(0.1, kinds: FaultKinds.All));
        await host.StartAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<NotSupportedException>(bus.CrashAsync);
        await host.StopAsync(TestContext.Current.CancellationToken);
    }

    [Fact]
    public void Services_without_a_bus_are_refused()
        => Assert.Throws<InvalidOperationException>(() => new ServiceCollection().AddTestBus());
}
