using System.ComponentModel;

namespace Aldis.Catalog;

/// <summary>Supplies the parameters of handlers that have a default. Called by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class HandlerServices
{
    /// <summary>The service, or the parameter's default where there is none.</summary>
    /// <typeparam name="T">The type of the parameter.</typeparam>
    /// <param name="services">The services of the delivery.</param>
    /// <param name="otherwise">The default.</param>
    public static T Optional<T>(IServiceProvider services, T otherwise)
    {
        ArgumentNullException.ThrowIfNull(services);
        return services.GetService(typeof(T)) is T found ? found : otherwise;
    }
}
