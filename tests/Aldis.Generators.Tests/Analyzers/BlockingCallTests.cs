using Aldis.Generators.Analyzers;
using Aldis.Generators.CodeFixes;

namespace Aldis.Generators.Tests.Analyzers;

public sealed class BlockingCallTests
{
    [Fact]
    public Task A_handler_that_blocks_is_warned_of() => Check.ReportsAsync<BlockingCallAnalyzer>("ALD9005", """
        class Billing(Store store)
        {
            [Subscribe("billing")]
            public void Bill(OrderPlaced order)
            {
                store.SaveAsync(order).[|Wait|]();
                _ = store.CountAsync(order.Id).[|Result|];
                store.SaveAsync(order).GetAwaiter().[|GetResult|]();
                store.SaveAsync(order).ConfigureAwait(false).GetAwaiter().[|GetResult|]();
                Thread.[|Sleep|](10);
                Task.[|WaitAll|](store.SaveAsync(order), store.SaveAsync(order));
            }

            public void Listen(Signal<OrderPlaced> signal, EventBusBuilder bus, SemaphoreSlim gate)
            {
                _ = signal.Connect(async order => { await Task.Yield(); Thread.[|Sleep|](1); });
                bus.Subscribe("audit", (OrderPlaced order) => gate.[|Wait|]());
            }
        }
        """);

    [Fact]
    public Task The_result_of_a_task_that_is_over_is_there() => Check.IsSilentAsync<BlockingCallAnalyzer>("""
        class Billing(Store store)
        {
            [Subscribe("billing")]
            public async Task Bill(OrderPlaced order)
            {
                var one = store.CountAsync(order.Id).AsTask();
                var two = store.CountAsync(order.Id);
                await Task.WhenAll(one);
                Console.WriteLine(one.Result);
                if (two.IsCompletedSuccessfully)
                {
                    Console.WriteLine(two.Result);
                }
            }
        }
        """);

    [Fact]
    public Task What_does_not_run_in_a_handler_may_block() => Check.IsSilentAsync<BlockingCallAnalyzer>("""
        class Billing(Store store)
        {
            public void Listen(Signal<OrderPlaced> signal)
            {
                Thread.Sleep(1);
                _ = signal.Connect(order => store.SaveAsync(order).Wait());
            }

            [Subscribe("billing")]
            public void Bill(OrderPlaced order)
            {
                new Thread(() => Thread.Sleep(10)).Start();
            }
        }
        """);

    [Fact]
    public Task The_fix_awaits() => Check.FixesAsync<BlockingCallAnalyzer, BlockingCallFix>("Await it", """
        class Billing(Store store)
        {
            [Subscribe("billing")]
            public async Task Bill(OrderPlaced order)
            {
                // First.
                store.SaveAsync(order).Wait();
                var text = store.CountAsync(order.Id).Result.ToString();
                store.SaveAsync(order).GetAwaiter().GetResult();
                Thread.Sleep(10);
                Task.WaitAll(store.SaveAsync(order));
            }
        }
        """, """
        class Billing(Store store)
        {
            [Subscribe("billing")]
            public async Task Bill(OrderPlaced order)
            {
                // First.
                await store.SaveAsync(order);
                var text = (await store.CountAsync(order.Id)).ToString();
                await store.SaveAsync(order);
                await Task.Delay(10);
                await Task.WhenAll(store.SaveAsync(order));
            }
        }
        """);

    [Fact]
    public async Task There_is_no_fix_where_the_handler_is_synchronous() => Assert.Empty(await Check.TitlesAsync<BlockingCallAnalyzer, BlockingCallFix>("""
        class Billing(Store store)
        {
            [Subscribe("billing")]
            public void Bill(OrderPlaced order) => store.SaveAsync(order).Wait();
        }
        """));
}
