using Aldis.Tests.Support;

namespace Aldis.Tests.Bus;

/// <summary>What is said for a group holds for its handlers that say nothing, and handlers of one stream agree.</summary>
public sealed class GroupOptionsTests
{
    private static readonly SubscriptionOptions _said = new() { Concurrency = 3, MaxUnsettled = 7, Retry = new RetryPolicy { MaxAttempts = 2 } };

    [Fact]
    public async Task They_hold_for_all_handlers_of_the_group_that_have_no_options_of_their_own()
    {
        var own = new SubscriptionOptions { Concurrency = 9 };
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask)
            .Subscribe("billing", (OrderShipped _) => { })
            .Subscribe<InvoiceIssued>("billing", (_, _) => ValueTask.CompletedTask, own)
            .Subscribe<OrderPlaced>("mail", (_, _) => ValueTask.CompletedTask)
            .ForGroup("billing", _said));
        Assert.Equal([_said, _said, own, new SubscriptionOptions()], stage.Bus.Catalog.Subscriptions.Select(one => one.Options));
    }

    [Fact]
    public async Task They_hold_for_marked_methods_and_a_concurrency_on_the_mark_stays()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.ForGroup("billing", _said).AddHandlers<Billing>());
        Assert.Equal([_said, _said with { Concurrency = 5 }, _said with { Concurrency = 1 }],
            stage.Bus.Catalog.Subscriptions.OrderBy(one => one.Origin, StringComparer.Ordinal).Select(one => one.Options));
    }

    [Fact]
    public async Task Marked_methods_without_a_group_said_have_what_their_mark_says()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.AddHandlers<Billing>());
        Assert.Equal([1, 5, 1], stage.Bus.Catalog.Subscriptions.OrderBy(one => one.Origin, StringComparer.Ordinal).Select(one => one.Options.Concurrency));
        Assert.All(stage.Bus.Catalog.Subscriptions, one => Assert.Equal(new SubscriptionOptions { Concurrency = one.Options.Concurrency }, one.Options));
    }

    [Fact]
    public async Task Said_twice_the_last_counts()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .ForGroup("billing", new SubscriptionOptions { Concurrency = 8 }).Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask).ForGroup("billing", _said));
        Assert.Equal(_said, Assert.Single(stage.Bus.Catalog.Subscriptions).Options);
    }

    [Fact]
    public async Task A_group_in_which_nothing_is_subscribed_is_refused_with_those_that_there_are()
    {
        var fault = await FaultAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask).ForGroup("biling", _said));
        Assert.Equal(("ALD1310", "There is 'billing'."), (fault.Code.Id, fault.Why));
    }

    [Fact]
    public async Task What_is_wrong_with_them_is_told_once()
    {
        var fault = await FaultAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask)
            .Subscribe<OrderShipped>("billing", (_, _) => ValueTask.CompletedTask).ForGroup("billing", new SubscriptionOptions { Concurrency = 0 }));
        Assert.StartsWith("SubscriptionOptions.Concurrency is 0", fault.What, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Versions_of_an_event_that_disagree_in_one_group_are_refused()
    {
        var fault = await FaultAsync(bus => bus
            .Subscribe<First>("billing", (_, _) => ValueTask.CompletedTask, new SubscriptionOptions { Concurrency = 2 })
            .Subscribe<Second>("billing", (_, _) => ValueTask.CompletedTask));
        Assert.Equal("ALD1311", fault.Code.Id);
        Assert.StartsWith("The group 'billing' handles 'deposits' with ", fault.What, StringComparison.Ordinal);
        Assert.EndsWith(", for which Concurrency is 2 and 1.", fault.What, StringComparison.Ordinal);
    }

    public static TheoryData<string, SubscriptionOptions> OfTheGroup => new()
    {
        { "Concurrency", new() { Concurrency = 2 } },
        { "MaxUnsettled", new() { MaxUnsettled = 2 } },
        { "WhenDead", new() { WhenDead = WhenDead.Skip } },
        { "Inbox", new() { Inbox = new InboxOptions() } },
        { "Breaker", new() { Breaker = new CircuitBreaker() } },
        { "Batch", new() { Batch = new BatchOptions() } },
        { "Rate", new() { Rate = new RateLimit { Events = 1 } } },
        { "Watchdog", new() { Watchdog = null } },
    };

    [Theory]
    [MemberData(nameof(OfTheGroup), DisableDiscoveryEnumeration = true)]
    public void Everything_but_the_retries_belongs_to_the_group(string name, SubscriptionOptions options)
        => Assert.StartsWith($"{name} is ", Assert.Single(options.Differences(new SubscriptionOptions())), StringComparison.Ordinal);

    /// <summary>An option that is added later belongs to the group as well, or is named here.</summary>
    [Fact]
    public void Every_option_is_one_of_the_group_or_one_of_the_handler()
        => Assert.Equal(typeof(SubscriptionOptions).GetProperties().Select(property => property.Name).Order(StringComparer.Ordinal),
            OfTheGroup.Select(row => row.Data.Item1).Append(nameof(SubscriptionOptions.Retry)).Order(StringComparer.Ordinal));

    [Fact]
    public async Task Each_version_may_have_its_own_retries()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Subscribe<First>("billing", (_, _) => ValueTask.CompletedTask, new SubscriptionOptions { Retry = new RetryPolicy { MaxAttempts = 1 } })
            .Subscribe<Second>("billing", (_, _) => ValueTask.CompletedTask));
        Assert.Equal(2, stage.Bus.Catalog.Subscriptions.Count);
    }

    private static async Task<Aldis.Errors.Fault> FaultAsync(Action<EventBusBuilder> configure)
        => Assert.Single((await Assert.ThrowsAsync<ConfigurationException>(async () => await EventBus.StartAsync(bus =>
        {
            configure(bus);
            bus.UseInMemory();
        }, BusStage.Cancel))).Faults);

    [Event("deposits")]
    internal sealed record First(int Amount);

    [Event("deposits", Version = 2)]
    internal sealed record Second(int Amount, string Currency);

    internal sealed class Billing
    {
        [Subscribe("billing")]
        public void A(OrderPlaced order)
        {
        }

        [Subscribe("billing", Concurrency = 5)]
        public void B(OrderShipped order)
        {
        }

        [Subscribe("billing", Concurrency = 1)]
        public void C(First payment)
        {
        }
    }
}
