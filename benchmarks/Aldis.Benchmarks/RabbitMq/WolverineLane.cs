using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Wolverine;
using Wolverine.RabbitMQ;
using Wolverine.RabbitMQ.Internal;

namespace Aldis.Benchmarks.RabbitMq;

internal sealed class WolverineLane : ILane
{
    private IHost? _host;
    private IMessageBus? _bus;

    public int Handled => WolverineMeasuredHandler.Handled;

    public static async Task<ILane> OpenAsync(string uri)
    {
        WolverineMeasuredHandler.Handled = 0;
        var queue = $"wolverine-{Guid.NewGuid():N}";
        var lane = new WolverineLane
        {
            _host = await Host.CreateDefaultBuilder().ConfigureLogging(logging => logging.ClearProviders()).UseWolverine(options =>
            {
                options.UseRabbitMq(new Uri(uri)).AutoProvision();
                options.PublishMessage<WolverineMeasured>().ToRabbitQueue(queue, one => one.QueueType = QueueType.quorum).SendInline();
                options.ListenToRabbitQueue(queue, one => one.QueueType = QueueType.quorum).PreFetchCount(2048).ProcessInline();
                options.Discovery.DisableConventionalDiscovery().IncludeType<WolverineMeasuredHandler>();
            }).StartAsync(),
        };
        lane._bus = lane._host.Services.GetRequiredService<IMessageBus>();
        return lane;
    }

    /// <summary>Each publisher has a bus of its own, as a request has in that library.</summary>
    public async Task PublishAsync(Measured measured) => await new Wolverine.Runtime.MessageBus(_host!.Services.GetRequiredService<Wolverine.Runtime.IWolverineRuntime>())
        .PublishAsync(new WolverineMeasured(measured.Number, measured.Text));

    public async ValueTask DisposeAsync()
    {
        await _host!.StopAsync();
        _host.Dispose();
    }
}

/// <summary>The event, under a name of its own.</summary>
public sealed record WolverineMeasured(int Number, string Text);

/// <summary>Its handler.</summary>
public sealed class WolverineMeasuredHandler
{
    private static int _handled;

    public static int Handled
    {
        get => Volatile.Read(ref _handled);
        set => Volatile.Write(ref _handled, value);
    }

    public static void Handle(WolverineMeasured measured) => Interlocked.Increment(ref _handled);
}
