using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aldis.Hosting;

/// <summary>
/// Unhealthy only when nothing but a new process helps. Whoever asks ends the process on that answer: so a transport that is away, an open breaker and a handler
/// that takes long are alive, and so is a bus that is starting or draining.
/// </summary>
internal sealed class BusLivenessCheck(EventBus bus) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
        => Task.FromResult(bus.IsAlive
            ? HealthCheckResult.Healthy("The bus is alive.")
            : HealthCheckResult.Unhealthy(string.Join(' ', bus.Troubles)));
}
