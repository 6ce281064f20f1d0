using Aldis.Errors;
using Aldis.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aldis;

/// <summary>Adds a bus to a host.</summary>
public static class HostBuilderExtensions
{
    /// <summary>The name of the connection string that chooses the transport, unless the code does.</summary>
    public const string ConnectionName = "events";

    /// <summary>
    /// Adds a bus: <see cref="IEventBus"/> and <see cref="EventBus"/> as services, a hosted service that starts it and drains it within the
    /// host's shutdown timeout, and two health checks: <c>aldis</c> (tag <c>ready</c>), whether events can be published and every group does its work, and
    /// <c>aldis-live</c> (tag <c>live</c>), whether a new process would help. The bus logs to the host's log and takes its clock from
    /// the services if there is one. Its transport is the one that <paramref name="configure"/> uses, else the connection string
    /// <c>ConnectionStrings:events</c>, for example <c>sqlite:events.db</c>.
    /// </summary>
    /// <param name="builder">The host's builder.</param>
    /// <param name="configure">Says what the bus is made of. More handlers can follow with <see cref="HostExtensions.MapEvent"/>.</param>
    /// <returns>The host's builder.</returns>
    /// <exception cref="AldisException">ALD1308: the host has a bus already.</exception>
    public static IHostApplicationBuilder AddAldis(this IHostApplicationBuilder builder, Action<EventBusBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        if (builder.Services.Any(service => service.ServiceType == typeof(EventBusBuilder)))
        {
            throw new AldisException(new Fault(ErrorCodes.BusTwice, "AddAldis was called for this host before."));
        }

        var source = "/" + builder.Environment.ApplicationName;
        builder.Services.AddSingleton(services => MakeBuilder(services, source, configure));
        builder.Services.AddSingleton(services => services.GetRequiredService<EventBusBuilder>().Build(services));
        builder.Services.AddSingleton<IEventBus>(services => services.GetRequiredService<EventBus>());
        builder.Services.AddHostedService<BusService>();
        builder.Services.AddHealthChecks().AddCheck<BusHealthCheck>("aldis", HealthStatus.Unhealthy, ["ready"])
            .AddCheck<BusLivenessCheck>("aldis-live", HealthStatus.Unhealthy, ["live"]);
        return builder;
    }

    private static EventBusBuilder MakeBuilder(IServiceProvider services, string source, Action<EventBusBuilder> configure)
    {
        var bus = new EventBusBuilder
        {
            Source = source,
            Loggers = services.GetRequiredService<ILoggerFactory>(),
            Time = services.GetService<TimeProvider>() ?? TimeProvider.System,
        };
        if (services.GetRequiredService<IConfiguration>().GetConnectionString(ConnectionName) is { Length: > 0 } uri)
        {
            bus.UseConnection(uri);
        }

        configure(bus);
        return bus;
    }
}
