using Aldis.Generators.Tests.Support;

namespace Aldis.Generators.Tests.Handlers;

public sealed class SnapshotTests
{
    private const string Events = """
        namespace Shop;

        [Event("orders.placed")]
        internal sealed record OrderPlaced(string Id, decimal Total);

        [Event("invoices.issued", Version = 2)]
        public record InvoiceIssued(string OrderId);

        internal sealed class Ledger;
        """;

    [Fact]
    public void Lambdas_and_methods() => Check("Calls", """
        using Shop;

        static class Program
        {
            static void Say(EventBusBuilder bus, Microsoft.Extensions.Hosting.IHost host)
            {
                bus.Subscribe("nothing", (OrderPlaced order) => { });
                bus.Subscribe("one", (OrderPlaced order, Ledger ledger, CancellationToken cancel) => new InvoiceIssued(order.Id));
                bus.Subscribe("several", (OrderPlaced order) => new[] { order, order }, new SubscriptionOptions { Concurrency = 2 });
                bus.Subscribe("later", Bill);
                bus.Subscribe("wrong", (OrderPlaced order) => order.Id);
                bus.Subscribe<OrderPlaced>("typed", (order, context) => default);
                host.MapEvent("mapped", (OrderPlaced order) => { }).MapEvent("more", (InvoiceIssued invoice, EventContext context) => Task.CompletedTask);
            }

            static async Task<OrderPlaced?> Bill(OrderPlaced order) => await Task.FromResult(order);
        }
        """);

    [Fact]
    public void Classes() => Check("Classes", """
        namespace Shop
        {
            internal sealed class Billing(Ledger ledger, string name = "billing") : IDisposable
            {
                [Subscribe("billing", Concurrency = 4)]
                public async ValueTask<InvoiceIssued> BillAsync(OrderPlaced order, int tries = 3) => await ValueTask.FromResult(new InvoiceIssued(order.Id));

                [Subscribe("audit")]
                private static void Note(OrderPlaced order) { }

                public void Dispose() { }

                internal static class Inner
                {
                    [Subscribe("inner")]
                    private static IEnumerable<InvoiceIssued> Look(OrderPlaced order) => [];
                }
            }

            internal class Wrong
            {
                public Wrong() { }
                public Wrong(Ledger ledger) { }

                [Subscribe("wrong")]
                public bool Handle(OrderPlaced order) => true;
            }

            internal sealed class Kept<T>
            {
                [Subscribe("kept")]
                public void Handle(OrderPlaced order) { }
            }

            static class Program
            {
                static void Say(EventBusBuilder bus) => bus.AddHandlers<Billing>().AddHandlers<Kept<int>>().AddAllHandlers();

                static async Task PublishAsync(IEventBus bus, Topic<InvoiceIssued> topic, EventContext context)
                {
                    await bus.PublishAsync(new OrderPlaced("A", 1));
                    await topic.PublishAsync(new InvoiceIssued("A"));
                    context.Publish(new InvoiceIssued("A"));
                }
            }
        }
        """);

    [Fact]
    public void Receivers() => Check("Receivers", """
        using Shop;

        internal sealed class Screen
        {
            [Receives("orders.placed", Priority = 2)]
            public void Show(OrderPlaced order) { }

            [Receives(nameof(OrderPlaced), Sender = "web")]
            [Receives("later", Sender = null, Once = true)]
            private async Task ShowAsync(OrderPlaced order, CancellationToken cancel) => await Task.CompletedTask;

            [Receives("asked")]
            internal static bool Answer(OrderPlaced order) => true;

            public IDisposable Connect(SignalSpace signals) => signals.ConnectReceivers(this);

            public static IDisposable ConnectStatic(SignalSpace signals) => signals.ConnectReceivers(typeof(Screen));
        }
        """);

    private static void Check(string name, string source) => Snapshot.Check(name, new Compiling(("Program.cs", source), ("Events/Events.cs", Events)).Generate());
}
