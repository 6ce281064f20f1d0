using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Aldis.Testing;

/// <summary>Puts a test bus into a host.</summary>
public static class TestBusServices
{
    /// <summary>
    /// Makes the bus of a host a test bus, whatever transport it was to have: the services then have a <see cref="TestBus"/>, and its clock is the <see cref="TimeProvider"/> of
    /// the whole program. Call it after <c>AddAldis</c>, for example in <c>ConfigureTestServices</c> of a WebApplicationFactory. The host starts and stops the
    /// bus; the process cannot die.
    /// </summary>
    /// <param name="services">The services of the host.</param>
    /// <param name="options">How the test is run.</param>
    /// <returns>The services.</returns>
    /// <exception cref="InvalidOperationException">They have no bus.</exception>
    public static IServiceCollection AddTestBus(this IServiceCollection services, TestBusOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        var real = services.LastOrDefault(service => service.ServiceType == typeof(EventBusBuilder))?.ImplementationFactory
            ?? throw new InvalidOperationException("The services have no bus: call AddTestBus after AddAldis.");
        services.AddSingleton(provider => new TestBus(options ?? new TestBusOptions(), provider.GetRequiredService<EventBus>));
        services.Replace(ServiceDescriptor.Singleton(provider => provider.GetRequiredService<TestBus>().Time));
        services.Replace(ServiceDescriptor.Singleton(provider =>
        {
            var builder = (EventBusBuilder)real(provider);
            provider.GetRequiredService<TestBus>().Attach(builder);
            return builder;
        }));
        return services;
    }
}
