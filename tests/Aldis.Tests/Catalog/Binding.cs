using Aldis.Catalog;
using Aldis.Diagnostics;
using Aldis.Events;
using Aldis.Tests.Support;
using Aldis.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Tests.Catalog;

[Event("trigger")]
internal sealed record Trigger(int Number);

[Event("made")]
internal sealed record Made(int Number);

[Event("also-made")]
internal sealed record AlsoMade(int Number);

internal readonly record struct Point(int Number);

/// <summary>Binds handlers and calls them with a trigger, without a bus around them.</summary>
internal sealed class Binding
{
    public EventRegistry Registry { get; } = new();

    public IServiceProvider Services { get; init; } = NoServices.Instance;

    public CancellationToken Cancellation { get; init; }

    private HandlerBinder Binder => new(Registry, new JsonCodec());

    public Subscription Bind(Delegate handler) => Binder.Bind(handler, GroupName.Parse("group"), new SubscriptionOptions());

    public IReadOnlyList<Subscription> BindClass<T>() => [.. Binder.BindClass(typeof(T))];

    /// <summary>Lets a handler handle the trigger.</summary>
    /// <returns>What it published: <c>topic:number</c>.</returns>
    public async Task<string[]> CallAsync(Subscription subscription)
    {
        var (limits, time) = (new EventLimits(), new Clock());
        var telemetry = new Telemetry(new TelemetryIdentity("aldis", "tests"), new TelemetryOptions(), limits, time);
        var factory = new EnvelopeFactory(Registry, new JsonCodec(), limits, "/tests", time, telemetry);
        var delivery = new Delivery(Envelopes.Of("trigger", """{"number":7}"""), 3, null, 1);
        var context = new EventContext(delivery, GroupName.Parse("group"), factory, Services, Cancellation);
        Assert.Equal(Verdict.Done, await subscription.Handler(context));
        return [.. context.Published.Select(envelope => $"{envelope.Topic}:{new JsonCodec().Decode<Made>(envelope.Body).Number}")];
    }

    public Task<string[]> CallAsync(Delegate handler) => CallAsync(Bind(handler));

    public static ServiceProvider With(Action<IServiceCollection> add)
    {
        var services = new ServiceCollection();
        add(services);
        return services.BuildServiceProvider();
    }
}
