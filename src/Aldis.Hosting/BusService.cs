using Microsoft.Extensions.Hosting;

namespace Aldis.Hosting;

/// <summary>Starts the bus before the host's other services need it, and drains it when the host stops.</summary>
internal sealed class BusService(EventBus bus) : IHostedLifecycleService
{
    /// <summary>The bus starts first, so that services and endpoints that publish find it running.</summary>
    public async Task StartingAsync(CancellationToken cancellationToken) => await bus.StartAsync(cancellationToken).ConfigureAwait(false);

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>
    /// The bus stops last, so that what the host's other services do while they stop can still be published. The token is the host's shutdown timeout; the
    /// bus hurries earlier if its own <see cref="EventBusBuilder.DrainTimeout"/> says so.
    /// </summary>
    public async Task StoppedAsync(CancellationToken cancellationToken) => await bus.StopAsync(cancellationToken).ConfigureAwait(false);
}
