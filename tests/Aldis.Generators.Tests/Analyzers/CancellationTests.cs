using Aldis.Generators.Analyzers;
using Aldis.Generators.CodeFixes;

namespace Aldis.Generators.Tests.Analyzers;

public sealed class CancellationTests
{
    [Fact]
    public Task A_call_that_could_have_the_handlers_token_gets_it() => Check.ReportsAsync<CancellationAnalyzer>("ALD9003", """
        class Billing(Store store)
        {
            public void Add(EventBusBuilder bus, Signal<OrderPlaced> signal)
            {
                bus.Subscribe<OrderPlaced>("typed", async (order, context) => await store.[|SaveAsync|](order));
                bus.Subscribe("shaped", async (OrderPlaced order, CancellationToken cancel) => await Task.[|Delay|](1));
                _ = signal.Connect(async (order, cancel) => await store.[|CountAsync|](order.Id));
            }

            [Subscribe("audit")]
            public async Task Audit(OrderPlaced order, EventContext context)
            {
                await store.[|SaveAsync|](order);
                await store.SaveAsync(order, context.Cancellation);
            }
        }
        """);

    [Fact]
    public Task A_call_that_must_run_to_its_end_says_so() => Check.IsSilentAsync<CancellationAnalyzer>("""
        class Billing(Store store)
        {
            [Subscribe("audit")]
            public async Task Audit(OrderPlaced order, CancellationToken cancel)
            {
                await store.SaveAsync(order, CancellationToken.None);
                store.Save(order);
                try
                {
                    await store.SaveAsync(order, cancel);
                }
                catch (IOException)
                {
                    await store.SaveAsync(order);
                }
                finally
                {
                    await store.SaveAsync(order);
                }
            }
        }
        """);

    [Fact]
    public Task A_token_without_a_name_is_not_wanted() => Check.IsSilentAsync<CancellationAnalyzer>("""
        class Billing(Store store)
        {
            public void Listen(Signal<OrderPlaced> signal, EventBusBuilder bus)
            {
                _ = signal.Connect(async (order, _) => await store.SaveAsync(order));
                bus.Subscribe<OrderPlaced>("typed", async (order, _) => await store.SaveAsync(order));
            }
        }
        """);

    [Fact]
    public Task What_is_no_handler_and_what_is_inside_another_function_is_left_alone() => Check.IsSilentAsync<CancellationAnalyzer>("""
        class Billing(Store store)
        {
            public async Task Save(OrderPlaced order, CancellationToken cancel) => await store.SaveAsync(order);

            public void Listen(Signal<OrderPlaced> signal) => _ = signal.Connect(async order => await store.SaveAsync(order));

            [Subscribe("audit")]
            public void Audit(OrderPlaced order, CancellationToken cancel)
            {
                Func<Task> later = () => store.SaveAsync(order);
            }
        }
        """);

    [Fact]
    public Task A_handler_that_could_be_cancelled_is_a_suggestion() => Check.ReportsAsync<CancellationAnalyzer>("ALD9004", """
        class Billing
        {
            public static void Add(EventBusBuilder bus) => bus.Subscribe("billing", async (OrderPlaced order, Store store) => await store.[|SaveAsync|](order));

            [Subscribe("audit")]
            public static async Task Audit(OrderPlaced order, Store store) => await store.[|CountAsync|](order.Id);
        }
        """);

    [Fact]
    public Task The_fix_passes_the_token_on() => Check.FixesAsync<CancellationAnalyzer, CancellationFix>("Pass 'context.Cancellation' on", """
        class Billing(Store store)
        {
            [Subscribe("audit")]
            public async Task Audit(OrderPlaced order, EventContext context)
            {
                await store.SaveAsync(order);
                await store.CountAsync(id: order.Id);
                await File.ReadAllTextAsync("a");
            }
        }
        """, """
        class Billing(Store store)
        {
            [Subscribe("audit")]
            public async Task Audit(OrderPlaced order, EventContext context)
            {
                await store.SaveAsync(order, context.Cancellation);
                await store.CountAsync(id: order.Id, cancel: context.Cancellation);
                await File.ReadAllTextAsync("a", context.Cancellation);
            }
        }
        """);

    [Fact]
    public Task The_fix_names_the_argument_where_others_are_left_out() => Check.FixesAsync<CancellationAnalyzer, CancellationFix>("Pass 'cancel' on", """
        class Billing(IEventBus bus)
        {
            [Subscribe("audit")]
            public async Task Audit(OrderPlaced order, CancellationToken cancel) => await bus.PublishAsync(new InvoiceIssued(order.Id, 1));
        }
        """, """
        class Billing(IEventBus bus)
        {
            [Subscribe("audit")]
            public async Task Audit(OrderPlaced order, CancellationToken cancel) => await bus.PublishAsync(new InvoiceIssued(order.Id, 1), cancel: cancel);
        }
        """);

    [Fact]
    public Task The_fix_lets_a_handler_take_a_token() => Check.FixesAsync<CancellationAnalyzer, CancellationFix>("Take a CancellationToken and pass it on", """
        class Billing
        {
            public static void Add(EventBusBuilder bus) => bus.Subscribe("billing", async (OrderPlaced order, Store store) => await store.SaveAsync(order));

            [Subscribe("audit")]
            public static async Task Audit(OrderPlaced order, Store? store = null) => await store!.SaveAsync(order);
        }
        """, """
        class Billing
        {
            public static void Add(EventBusBuilder bus) => bus.Subscribe("billing", async (OrderPlaced order, Store store, CancellationToken cancel) => await store.SaveAsync(order, cancel));

            [Subscribe("audit")]
            public static async Task Audit(OrderPlaced order, CancellationToken cancel, Store? store = null) => await store!.SaveAsync(order, cancel);
        }
        """);
}
