using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Catalog;

/// <summary>The object whose method a handler is, or null for a static method. Disposing disposes it where it was built for this delivery.</summary>
/// <param name="Value">The object.</param>
/// <param name="Built">Whether it was built here; else its lifetime is somebody else's business.</param>
internal readonly record struct HandlerTarget(object? Value, bool Built = false) : IAsyncDisposable
{
    /// <summary>The registered service, or a new object.</summary>
    public static HandlerTarget Of(Type type, ObjectFactory factory, IServiceProvider services)
        => services.GetService(type) is { } registered ? new HandlerTarget(registered) : new HandlerTarget(factory(services, null), Built: true);

    /// <inheritdoc cref="Of(Type, ObjectFactory, IServiceProvider)"/>
    public static HandlerTarget Of<T>(Func<IServiceProvider, T> build, IServiceProvider services) where T : class
        => services.GetService(typeof(T)) is { } registered ? new HandlerTarget(registered) : new HandlerTarget(build(services), Built: true);

    public async ValueTask DisposeAsync()
    {
        switch (Built ? Value : null)
        {
            case IAsyncDisposable later:
                await later.DisposeAsync().ConfigureAwait(false);
                break;
            case IDisposable now:
                now.Dispose();
                break;
        }
    }
}
