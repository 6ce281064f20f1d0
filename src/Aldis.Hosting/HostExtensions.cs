using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aldis;

/// <summary>Maps events to handlers, as a web application maps routes.</summary>
public static class HostExtensions
{
    private const string Why = "Generated code cannot take the place of this call, so reflection binds the handler; ALD9021 says why. EventBusBuilder.Subscribe<T>(group, Func<T, EventContext, ValueTask>) needs none.";

    /// <summary>
    /// Subscribes a group with a method of any shape: it takes one event and, if it likes, services, an <see cref="EventContext"/> and a
    /// <see cref="CancellationToken"/>; what it returns (nothing, an event, several, a stream) is published with the acknowledgement.
    /// Call it between building and running the host.
    /// </summary>
    /// <typeparam name="THost">The type of the host: a web application, for example.</typeparam>
    /// <param name="host">The host.</param>
    /// <param name="group">The group: every group gets every event, and inside a group one handler gets it. Or <see cref="Group.EachInstance"/>.</param>
    /// <param name="handler">The handler: a lambda, or a method.</param>
    /// <param name="options">How it is run.</param>
    /// <returns>The host.</returns>
    [RequiresUnreferencedCode(Why)]
    [RequiresDynamicCode(Why)]
    public static THost MapEvent<THost>(this THost host, string group, Delegate handler, SubscriptionOptions? options = null) where THost : IHost
    {
        ArgumentNullException.ThrowIfNull(host);
        host.Services.GetRequiredService<EventBusBuilder>().Subscribe(group, handler, options);
        return host;
    }
}
