using Aldis.Generators.Analyzers;

namespace Aldis.Generators.Tests.Analyzers;

/// <summary>With a transport that is made up, because all that exist have what can be asked for.</summary>
public sealed class MissingFeatureTests
{
    private const string Carrier = """
        public static class CarrierExtensions
        {
            [Lacks(nameof(TransportFeatures.Delays)), Lacks(nameof(TransportFeatures.Ordered))]
            public static EventBusBuilder UsePigeons(this EventBusBuilder bus) => bus;

            [Supplies(nameof(TransportFeatures.Delays))]
            public static EventBusBuilder UseLedger(this EventBusBuilder bus) => bus;

            extension(EventBusBuilder bus)
            {
                public EventBusBuilder UseShips() => bus;
            }
        }
        """;

    [Fact]
    public Task What_the_only_transport_lacks_cannot_be_asked_of_it() => Check.ReportsAsync<MissingFeatureAnalyzer>("ALD9013", """
        static class Setup
        {
            public static void Add(EventBusBuilder bus) => bus.UsePigeons().AddEvent<InvoiceIssued>(key: [|invoice => invoice.OrderId|])
                .Subscribe("billing", (OrderPlaced order) => { },
                    new SubscriptionOptions { Retry = new RetryPolicy { MaxAttempts = 3, [|FirstDelay|] = TimeSpan.FromHours(1) } });

            public static async Task Go(IEventBus bus) => await bus.PublishAsync(new OrderPlaced("A", 1), new PublishOptions { [|Key|] = "A" });
        }
        """, Carrier);

    [Fact]
    public Task What_a_ledger_supplies_is_there() => Check.ReportsAsync<MissingFeatureAnalyzer>("ALD9013", """
        static class Setup
        {
            public static void Add(EventBusBuilder bus) => bus.UsePigeons().UseLedger().Subscribe("billing", (OrderPlaced order) => { },
                new SubscriptionOptions { Retry = new RetryPolicy { FirstDelay = TimeSpan.FromHours(1) } });

            public static async Task Go(IEventBus bus) => await bus.PublishAsync(new OrderPlaced("A", 1), new PublishOptions { [|Key|] = "A" });
        }
        """, Carrier);

    [Fact]
    public Task Where_another_transport_may_run_nothing_is_known() => Check.IsSilentAsync<MissingFeatureAnalyzer>("""
        static class Setup
        {
            public static void Add(EventBusBuilder bus, bool isAtSea) => _ = isAtSea ? bus.UseShips() : bus.UsePigeons();

            public static async Task Go(IEventBus bus) => await bus.PublishAsync(new OrderPlaced("A", 1), new PublishOptions { Key = "A" });
        }
        """, Carrier);

    [Fact]
    public Task What_is_asked_for_by_nobody_is_not_missed() => Check.IsSilentAsync<MissingFeatureAnalyzer>("""
        static class Setup
        {
            public static void Add(EventBusBuilder bus) => bus.UsePigeons().UseJson().Use(next => next).Subscribe("billing", (OrderPlaced order) => { },
                new SubscriptionOptions { Retry = new RetryPolicy { FirstDelay = TimeSpan.Zero } });

            public static async Task Go(IEventBus bus) => await bus.PublishAsync(new OrderPlaced("A", 1), new PublishOptions { Key = null });
        }
        """, Carrier);
}
