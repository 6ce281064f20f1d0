using Aldis.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aldis.Tests.Hosting;

public sealed class LoggingTests
{
    [Fact]
    public async Task The_host_gets_the_stable_event_ids_and_never_a_payload()
    {
        var (time, logs) = (new Clock(), new RecordedLogs());
        var builder = HostStage.Builder(logs);
        builder.Services.AddSingleton<TimeProvider>(time);
        builder.AddAldis(bus => bus.UseInMemory());
        using var host = builder.Build().MapEvent(
            "billing", (OrderPlaced order) => { Fail(order); }, Policies.Of(attempts: 2, immediate: 1));
        await host.StartAsync(BusStage.Cancel);
        await host.PublishAsync(new OrderPlaced("sesame"));
        await time.UntilAsync(() => Ids().Contains(203), "a dead letter");
        await host.StopAsync(BusStage.Cancel);
        Assert.Equal([101, 201, 202, 201, 203, 102], Ids());
        Assert.DoesNotContain(logs.Entries, entry => $"{entry.Text}{entry.Error}".Contains("sesame", StringComparison.Ordinal));

        int[] Ids() => [.. logs.Of("Aldis").Select(entry => entry.Id)];
    }

    private static void Fail(OrderPlaced order) => throw new InvalidOperationException($"no printer for an order of {order.Id.Length} letters");
}
