using Aldis.Generators.Analyzers;
using Aldis.Generators.CodeFixes;

namespace Aldis.Generators.Tests.Analyzers;

public sealed class AsyncVoidTests
{
    [Fact]
    public Task An_async_void_handler_is_an_error() => Check.ReportsAsync<AsyncVoidAnalyzer>("ALD9001", """
        class Billing
        {
            public static void Add(EventBusBuilder bus, IHost host)
            {
                bus.Subscribe("billing", Bill);
                host.MapEvent("billing", (Action<InvoiceIssued>)([|async invoice => await Task.Yield()|]));
            }

            static async void [|Bill|](OrderPlaced order) => await Task.Yield();

            [Subscribe("audit")]
            async void [|Audit|](OrderPlaced order) => await Task.Yield();
        }
        """);

    [Fact]
    public Task An_async_void_receiver_is_a_warning() => Check.ReportsAsync<AsyncVoidAnalyzer>("ALD9002", """
        class Billing(Signal<OrderPlaced> signal, Subject<OrderPlaced> subject, Callback<OrderPlaced> callback)
        {
            public void Listen()
            {
                _ = signal.Connect(Hear);
                _ = subject.Subscribe(Hear);
                callback.Bind((Action)([|async () => await Task.Yield()|]));

                async void [|Hear|](OrderPlaced order) => await Task.Yield();
            }
        }
        """);

    [Fact]
    public Task A_method_marked_with_Receives_is_a_receiver() => Check.ReportsAsync<AsyncVoidAnalyzer>("ALD9002", """
        namespace Aldis
        {
            public sealed class ReceivesAttribute(string signal) : Attribute
            {
                public string Signal { get; } = signal;
            }
        }

        class Mail
        {
            [Receives("orders.placed")]
            async void [|Write|](OrderPlaced order) => await Task.Yield();
        }
        """);

    [Fact]
    public Task An_async_handler_that_returns_a_task_is_right() => Check.IsSilentAsync<AsyncVoidAnalyzer>("""
        class Billing
        {
            public static void Add(EventBusBuilder bus, Signal<OrderPlaced> signal)
            {
                bus.Subscribe("billing", Bill).Subscribe("audit", async (OrderPlaced order) => await Task.Yield());
                _ = signal.Connect(async order => await Task.Yield());
            }

            static async Task Bill(OrderPlaced order) => await Task.Yield();

            [Subscribe("mail")]
            async ValueTask Mail(OrderPlaced order) => await Task.Yield();

            void Now(OrderPlaced order) { }
        }
        """);

    [Fact]
    public Task An_async_void_method_that_handles_no_event_is_left_alone() => Check.IsSilentAsync<AsyncVoidAnalyzer>("""
        class Window
        {
            public async void OnClick(object sender, EventArgs arguments) => await Task.Yield();
        }
        """);

    [Fact]
    public Task A_handler_in_another_file_is_found() => Check.ReportsAsync<AsyncVoidAnalyzer>("ALD9001", """
        static class Billing
        {
            public static async void [|Bill|](OrderPlaced order) => await Task.Yield();
        }
        """, """
        static class Setup
        {
            public static void Add(EventBusBuilder bus) => bus.Subscribe("billing", Billing.Bill).Subscribe("audit", Billing.Bill);
        }
        """);

    [Fact]
    public Task The_fix_lets_it_return_a_task() => Check.FixesAsync<AsyncVoidAnalyzer, AsyncVoidFix>("Return a Task", """
        class Billing
        {
            // Bills.
            [Subscribe("billing")]
            public async void Bill(OrderPlaced order)
            {
                await Task.Yield();
            }
        }
        """, """
        class Billing
        {
            // Bills.
            [Subscribe("billing")]
            public async Task Bill(OrderPlaced order)
            {
                await Task.Yield();
            }
        }
        """);
}
