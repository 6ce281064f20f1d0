using System.Collections.Concurrent;
using Aldis.Tests.Support;
using Aldis.Transports;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aldis.Tests.Hosting;

public sealed class LifetimeTests
{
    private readonly ConcurrentQueue<string> _handled = new();
    private readonly Gate _gate = new();

    [Fact]
    public async Task The_bus_runs_before_other_services_start_and_until_they_have_stopped()
    {
        var builder = HostStage.Builder();
        builder.Services.AddHostedService<Greeter>();
        builder.AddAldis(bus => bus.UseInMemory());
        using var host = builder.Build();
        host.MapEvent("mail", (OrderPlaced order) => { _handled.Enqueue(order.Id); });
        await host.StartAsync(BusStage.Cancel);
        await Clock.StandingStillUntilAsync(() => _handled.Count == 1, "the greeting");
        await host.StopAsync(BusStage.Cancel);
        Assert.Equal("hello", _handled.First());
        Assert.Equal(1, host.Services.GetServices<IHostedService>().OfType<Greeter>().Single().Farewells);
    }

    [Fact]
    public async Task The_bus_is_drained_when_the_host_stops()
    {
        var (logs, memory) = (new RecordedLogs(), new InMemoryTransport(new InMemoryOptions(), TimeProvider.System));
        using var host = Build(logs, memory);
        await host.StartAsync(BusStage.Cancel);
        await host.PublishAsync(new OrderPlaced("A"));
        await host.PublishAsync(new OrderPlaced("B"));
        await Clock.StandingStillUntilAsync(() => _gate.Inside == 1, "a busy handler");
        var stopping = host.StopAsync(BusStage.Cancel);
        Assert.False(stopping.IsCompleted);
        _gate.Open();
        await stopping.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        Assert.Equal(["A"], _handled);
        Assert.Contains(102, logs.Ids);
        await Assert.ThrowsAsync<AldisException>(() => host.PublishAsync(new OrderPlaced("C")));
    }

    [Fact]
    public async Task A_host_in_a_hurry_cancels_the_handlers_and_their_events_come_again()
    {
        var memory = new InMemoryTransport(new InMemoryOptions(), TimeProvider.System);
        using (var host = Build(new RecordedLogs(), memory))
        {
            await host.StartAsync(BusStage.Cancel);
            await host.PublishAsync(new OrderPlaced("A"));
            await Clock.StandingStillUntilAsync(() => _gate.Inside == 1, "a busy handler");
            using var hurry = new CancellationTokenSource();
            var stopping = host.StopAsync(hurry.Token);
            await hurry.CancelAsync();
            await Clock.StandingStillUntilAsync(() => stopping.IsCompleted, "the host to stop");
            Assert.Empty(_handled);
        }

        _gate.Open();
        using var again = Build(new RecordedLogs(), memory);
        await again.StartAsync(BusStage.Cancel);
        await Clock.StandingStillUntilAsync(() => _handled.Count == 1, "the event again");
        await again.StopAsync(BusStage.Cancel);
    }

    [Fact]
    public async Task A_bus_with_less_time_than_its_host_takes_only_that()
    {
        using var host = Build(new RecordedLogs(), new InMemoryTransport(new InMemoryOptions(), TimeProvider.System), TimeSpan.FromMilliseconds(100));
        await host.StartAsync(BusStage.Cancel);
        await host.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => _gate.Inside == 1, "a busy handler");
        await host.StopAsync(CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        Assert.Equal((0, 0), (_gate.Inside, _handled.Count));
    }

    private IHost Build(RecordedLogs logs, InMemoryTransport memory, TimeSpan? drain = null)
    {
        var builder = HostStage.Builder(logs);
        builder.AddAldis(bus =>
        {
            bus.DrainTimeout = drain ?? bus.DrainTimeout;
            bus.UseTransport(_ => memory);
        });
        return builder.Build().MapEvent("billing", async (OrderPlaced order, CancellationToken cancel) =>
        {
            await _gate.PassAsync(cancel);
            _handled.Enqueue(order.Id);
        });
    }

    private sealed class Greeter(IEventBus bus) : IHostedService
    {
        public int Farewells { get; private set; }

        public async Task StartAsync(CancellationToken cancellationToken) => await bus.PublishAsync(new OrderPlaced("hello"), cancel: cancellationToken);

        public async Task StopAsync(CancellationToken cancellationToken)
        {
            await bus.PublishAsync(new OrderPlaced("goodbye"), cancel: cancellationToken);
            Farewells++;
        }
    }
}
