using Aldis.Tests.Support;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Aldis.Tests.Hosting;

/// <summary>A real host with a bus in it, and its log.</summary>
internal static class HostStage
{
    public static HostApplicationBuilder Builder(RecordedLogs? logs = null, string? connection = null)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "storefront" });
        builder.Logging.SetMinimumLevel(LogLevel.Trace);
        builder.Logging.AddProvider(logs ?? new RecordedLogs());
        if (connection is not null)
        {
            builder.Configuration.AddInMemoryCollection([KeyValuePair.Create<string, string?>("ConnectionStrings:events", connection)]);
        }

        return builder;
    }

    public static Task PublishAsync<T>(this IHost host, T @event) where T : notnull
        => host.Services.GetRequiredService<IEventBus>().PublishAsync(@event, cancel: BusStage.Cancel).AsTask();
}
