using Aldis.Generators.Analyzers;

namespace Aldis.Generators.Tests.Analyzers;

public sealed class HandlerTwiceTests
{
    [Fact]
    public Task Two_handlers_of_one_group_on_one_bus_are_an_error() => Check.ReportsAsync<HandlerTwiceAnalyzer>("ALD9008", """
        static class Setup
        {
            const string Group = "billing";

            public static void Add(EventBusBuilder bus, IHost host)
            {
                bus.UseInMemory().Subscribe("billing", (OrderPlaced order) => { }).Subscribe([|Group|], Bill);
                bus.Subscribe<OrderPlaced>([|"billing"|], (order, context) => default);
                host.MapEvent("audit", (OrderPlaced order, Store store) => store.Save(order));
                if (host is IDisposable)
                {
                    host.MapEvent([|"audit"|], (Store store, OrderPlaced order) => store.Save(order));
                }
            }

            static void Bill(OrderPlaced order) { }
        }
        """);

    [Fact]
    public Task Two_methods_of_one_class_are_an_error() => Check.ReportsAsync<HandlerTwiceAnalyzer>("ALD9008", """
        class Billing
        {
            [Subscribe("billing")] void Bill(OrderPlaced order) { }
            [Subscribe("billing")] void [|BillAgain|](Store store, OrderPlaced order) { }
            [Subscribe("billing")] void Issue(InvoiceIssued invoice) { }
            [Subscribe("audit")] void Audit(OrderPlaced order) { }
        }
        """);

    [Fact]
    public Task Two_classes_on_one_bus_are_an_error() => Check.ReportsAsync<HandlerTwiceAnalyzer>("ALD9008", """
        class Billing
        {
            [Subscribe("billing")] void Bill(OrderPlaced order) { }
        }

        class Mail
        {
            [Subscribe("billing")] void Send(OrderPlaced order) { }
        }

        static class Setup
        {
            public static void Add(EventBusBuilder bus) => bus.AddHandlers<Billing>().[|AddHandlers<Mail>|]();
        }
        """);

    [Fact]
    public Task Other_groups_events_and_buses_are_right() => Check.IsSilentAsync<HandlerTwiceAnalyzer>("""
        static class Setup
        {
            public static void Add(EventBusBuilder bus, EventBusBuilder other, string group, bool isFirst)
            {
                bus.Subscribe("billing", (OrderPlaced order) => { }).Subscribe("audit", (OrderPlaced order) => { }).Subscribe("billing", (InvoiceIssued invoice) => { });
                other.Subscribe("billing", (OrderPlaced order) => { });
                bus.Subscribe(group, (OrderPlaced order) => { }).Subscribe(group, (OrderPlaced order) => { });
                if (isFirst)
                {
                    bus.Subscribe("mail", (OrderPlaced order) => { });
                }
                else
                {
                    bus.Subscribe("mail", (OrderPlaced order) => { });
                }

                _ = isFirst ? bus.Subscribe("stock", (OrderPlaced order) => { }) : bus.Subscribe("stock", (OrderPlaced order) => { });
            }

            public static async Task StartAsync()
            {
                await using var one = await EventBus.StartAsync(bus => bus.UseInMemory().Subscribe("billing", (OrderPlaced order) => { }));
                await using var two = await EventBus.StartAsync(bus => bus.UseInMemory().Subscribe("billing", (OrderPlaced order) => { }));
            }
        }
        """);
}
