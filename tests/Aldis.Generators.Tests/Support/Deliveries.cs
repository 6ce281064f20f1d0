using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Generators.Tests.Support;

[Event("trigger")]
internal sealed record Trigger(int Number);

[Event("made")]
internal sealed record Made(int Number);

[Event("also-made")]
internal record AlsoMade(int Number);

internal sealed record DerivedMade(int Number) : AlsoMade(Number);

internal readonly record struct Point(int Number);

/// <summary>A bus in memory that has one event handled, and says what came of it.</summary>
internal static class Deliveries
{
    /// <summary>Handles one trigger with what was subscribed to the group <c>group</c>.</summary>
    /// <returns>What was published, in order, as <c>topic:body</c>; then the topics that the bus knows, the services, and the origin of the handler.</returns>
    public static async Task<string[]> OfAsync(Action<EventBusBuilder> subscribe, Action<IServiceCollection>? add = null)
    {
        var services = new ServiceCollection();
        add?.Invoke(services);
        await using var provider = services.BuildServiceProvider();
        var handled = new TaskCompletionSource<string[]>();
        var builder = new EventBusBuilder().UseInMemory().Use(next => async context =>
        {
            try
            {
                await next(context);
                handled.TrySetResult([.. PublishedOn(context)]);
            }
            catch (Exception error)
            {
                handled.TrySetResult([$"{error.GetType().Name}: {error.Message}"]);
                throw;
            }

            return Transports.Verdict.Done;
        });
        subscribe(builder);
        await using var bus = builder.Build(provider);
        await bus.StartAsync(CancellationToken.None);
        await bus.PublishAsync(new Trigger(7));
        var published = await handled.Task.WaitAsync(TimeSpan.FromSeconds(30));
        var subscription = Assert.Single(bus.Catalog.Subscriptions);
        return [.. published, "knows " + string.Join(' ', bus.Catalog.Events.Select(type => type.WireName)),
            "takes " + string.Join(' ', subscription.Services), "is " + subscription.Origin];
    }

    /// <summary>What is wrong with what was subscribed.</summary>
    public static async Task<string[]> FaultsAsync(Action<EventBusBuilder> subscribe)
    {
        var builder = new EventBusBuilder().UseInMemory();
        subscribe(builder);
        await using var bus = builder.Build();
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => bus.StartAsync(CancellationToken.None).AsTask());
        return [.. error.Faults.Select(fault => $"{fault.Code.Id} {fault.What} {fault.Why} {fault.Remedy}")];
    }

    private static IEnumerable<string> PublishedOn(EventContext context)
    {
        var published = (IEnumerable<Events.Envelope>)typeof(EventContext)
            .GetProperty("Published", System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Instance)!.GetValue(context)!;
        return published.Select(envelope => $"{envelope.Topic}:{System.Text.Encoding.UTF8.GetString(envelope.Body.Span)}");
    }
}
