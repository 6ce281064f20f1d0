using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Aldis.Hosting;

/// <summary>Unhealthy while the bus does not run, or while something is wrong with a group (<see cref="EventBus.Troubles"/>); the description says what.</summary>
internal sealed class BusHealthCheck(EventBus bus) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var troubles = bus.Troubles;
        return Task.FromResult(troubles.Count == 0
            ? HealthCheckResult.Healthy("The bus is running.")
            : HealthCheckResult.Unhealthy(string.Join(' ', troubles)));
    }
}
