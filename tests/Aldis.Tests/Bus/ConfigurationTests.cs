using Aldis.Events;
using Aldis.Tests.Support;
using Aldis.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Tests.Bus;

/// <summary>What is wrong with a configuration is found at the start, all of it at once.</summary>
public sealed class ConfigurationTests
{
    [Fact]
    public async Task Every_fault_is_listed_in_one_error()
    {
        var error = await RefusalAsync(bus =>
        {
            bus.Limits = new EventLimits { MaxBodyBytes = 0 };
            bus.DrainTimeout = TimeSpan.FromSeconds(-1);
            bus.AddEvent<InvoiceIssued>("no topic");
            bus.AddEvent<OrderPlaced>("orders").AddEvent<OrderShipped>("orders");
            bus.Subscribe<OrderPlaced>("no group", Handle);
            bus.Subscribe<OrderPlaced>("billing", Handle, new SubscriptionOptions { Concurrency = 0, Retry = new RetryPolicy { MaxAttempts = 0 } });
            bus.Subscribe<OrderPlaced>("billing", Handle);
            bus.Subscribe("mail", () => { });
            bus.Subscribe("mail", (OrderPlaced _, Clock _) => { });
            bus.AddHandlers<ConfigurationTests>();
            bus.UseConnection("nonsense:");
        });
        Assert.Equal(
            ["ALD1001", "ALD1102", "ALD1001", "ALD1202", "ALD1202", "ALD1304", "ALD1304", "ALD1304", "ALD1304", "ALD1203", "ALD1201", "ALD1303"],
            error.Faults.Select(fault => fault.Code.Id));
        Assert.Equal("ALD1301", error.Code);
        Assert.All(error.Faults, fault => Assert.Contains(fault.What, error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_group_with_two_handlers_for_one_event_is_refused_and_both_are_named()
    {
        var error = await RefusalAsync(bus => bus.UseInMemory().Subscribe<OrderPlaced>("billing", Handle).Subscribe("billing", Other));
        Assert.Equal("ALD1203", error.Code);
        Assert.Contains("'billing' has 2 handlers for 'orders.placed'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{nameof(ConfigurationTests)}.{nameof(Handle)}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"{nameof(ConfigurationTests)}.{nameof(Other)}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_service_that_nobody_supplies_is_a_fault_that_names_it()
    {
        var error = await RefusalAsync(bus => bus.UseInMemory().Subscribe("billing", (OrderPlaced _, Clock _) => { }));
        Assert.Equal("ALD1201", error.Code);
        Assert.Contains(typeof(Clock).FullName!, error.Message, StringComparison.Ordinal);
        Assert.Contains("without a host", error.Message, StringComparison.Ordinal);

        await using var services = new ServiceCollection().AddSingleton("text").BuildServiceProvider();
        var bus = new EventBusBuilder().UseInMemory().Subscribe("billing", (OrderPlaced _, string _, Clock _) => { }).Build(services);
        error = await Assert.ThrowsAsync<ConfigurationException>(async () => await bus.StartAsync(BusStage.Cancel));
        Assert.Equal("ALD1201", Assert.Single(error.Faults).Code.Id);
        Assert.Contains(nameof(Clock), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_events_on_one_topic_are_refused()
    {
        var error = await RefusalAsync(bus => bus.UseInMemory().AddEvent<OrderPlaced>("orders").AddEvent<OrderShipped>("orders"));
        Assert.Equal("ALD1102", error.Code);
    }

    [Fact]
    public async Task One_group_may_handle_many_events_and_one_event_may_have_many_groups()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("billing", Handle).Subscribe<OrderShipped>("billing", (_, _) => ValueTask.CompletedTask)
            .Subscribe<OrderPlaced>("mail", Handle));
        Assert.Equal(["billing", "billing", "mail"], stage.Bus.Catalog.Subscriptions.Select(subscription => subscription.Group.Value));
    }

    [Theory]
    [InlineData(0, 256, "Concurrency")]
    [InlineData(1, 0, "MaxUnsettled")]
    [InlineData(5, 0, "MaxUnsettled")]
    public void Options_of_a_subscription_that_cannot_work_are_found(int concurrency, int maxUnsettled, string name)
    {
        var fault = Assert.Single(new SubscriptionOptions { Concurrency = concurrency, MaxUnsettled = maxUnsettled }.Validate());
        Assert.Equal("ALD1304", fault.Code.Id);
        Assert.StartsWith($"SubscriptionOptions.{name} is ", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_said_after_the_start_is_refused()
    {
        EventBusBuilder? said = null;
        await using var stage = await BusStage.StartedAsync(bus => said = bus);
        Action[] late =
        [
            () => said!.UseInMemory(), () => said!.UseConnection("memory:"), () => said!.AddEvent<OrderPlaced>(),
            () => said!.Subscribe<OrderPlaced>("billing", Handle), () => said!.Subscribe("billing", Other),
            () => said!.AddHandlers<ConfigurationTests>(), () => said!.Use(next => next),
        ];
        Assert.All(late, say => Assert.Equal("ALD1307", Assert.Throws<AldisException>(say).Code));
    }

    [Fact]
    public async Task A_transport_without_dead_letters_is_refused()
    {
        var bus = new EventBusBuilder().UseTransport(_ => new Bare()).Build();
        var error = await Assert.ThrowsAsync<ConfigurationException>(async () => await bus.StartAsync(BusStage.Cancel));
        Assert.Equal("ALD1306", error.Code);
        Assert.Contains("UseSqliteLedger", error.Message, StringComparison.Ordinal);
    }

    private static Task<ConfigurationException> RefusalAsync(Action<EventBusBuilder> configure)
        => Assert.ThrowsAsync<ConfigurationException>(async () => await EventBus.StartAsync(configure, BusStage.Cancel));

    private static ValueTask Handle(OrderPlaced order, EventContext context) => ValueTask.CompletedTask;

    private static void Other(OrderPlaced order)
    {
    }

    private sealed class Bare : ITransport
    {
        public TransportFeatures Features { get; } = new() { System = "bare", Durable = Durability.InMemory };

        public ValueTask StartAsync(CancellationToken cancel) => ValueTask.CompletedTask;

        public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel) => throw new NotSupportedException();

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
