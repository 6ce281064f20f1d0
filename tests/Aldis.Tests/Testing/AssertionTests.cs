using Aldis.Testing;
using Aldis.Tests.Support;

namespace Aldis.Tests.Testing;

/// <summary>What a failed expectation says.</summary>
public sealed class AssertionTests
{
    [Fact]
    public async Task An_event_that_was_not_published_is_told_with_what_happened()
    {
        await using var bus = await StartedAsync();
        var error = Assert.Throws<TestBusException>(() => bus.MustHavePublished<OrderShipped>());
        Assert.Equal("""
            orders.shipped was not published.
            What happened:
              2026-01-01 00:00:00.000  published orders.placed #1 (key k) {"id":"1"}
              2026-01-01 00:00:00.000  billing failed at orders.placed #1, attempt 1: System.InvalidOperationException: no stock
              2026-01-01 00:00:01.000  billing gave up orders.placed #1, attempt 2: ALD1404: 2 attempts failed, the last with: no stock
            Seed: 5
            """, error.Message);
    }

    [Fact]
    public async Task An_event_that_does_not_match_is_told_with_the_condition()
    {
        await using var bus = await StartedAsync();
        Assert.Equal("1", bus.MustHavePublished<OrderPlaced>(order => order.Id == "1").Event.Id);
        Assert.StartsWith("orders.placed was published once, but never with order => order.Id == \"2\".\n",
            Assert.Throws<TestBusException>(() => bus.MustHavePublished<OrderPlaced>(order => order.Id == "2")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_expectation_has_its_own_words()
    {
        await using var bus = await StartedAsync();
        Assert.Equal("billing has not handled orders.placed.", First(() => bus.MustHaveHandled<OrderPlaced>("billing")));
        Assert.Equal("orders.placed #1 was published, and it should not.", First(() => bus.MustNotHavePublished<OrderPlaced>()));
        Assert.Equal("No group has given up orders.shipped.", First(() => bus.MustHaveDeadLettered<OrderShipped>()));
        Assert.Equal("mail has not given up orders.placed.", First(() => bus.MustHaveDeadLettered<OrderPlaced>("mail")));
        Assert.Equal("billing has given up orders.placed once, but never with order => order.Id == \"2\".", First(() => bus.MustHaveDeadLettered<OrderPlaced>("billing", order => order.Id == "2")));
        Assert.Equal("InvoiceIssued was not published.", First(() => bus.MustHavePublished<InvoiceIssued>()));
        bus.MustNotHavePublished<OrderPlaced>(order => order.Id == "2");
        Assert.StartsWith("ALD1404: ", bus.MustHaveDeadLettered<OrderPlaced>("billing").Reason, StringComparison.Ordinal);

        static string First(Action expectation) => Assert.Throws<TestBusException>(expectation).Message.Split('\n')[0];
    }

    [Fact]
    public async Task What_is_left_is_told()
    {
        await using var bus = await StartedAsync();
        await bus.PublishAsync(new OrderPlaced("2"));
        await bus.PublishAsync(new OrderPlaced("3"), new PublishOptions { After = TimeSpan.FromDays(1) });
        var error = await Assert.ThrowsAsync<TestBusException>(bus.MustBeEmptyAsync);
        Assert.StartsWith("""
            The bus is not empty:
              billing has given up orders.placed #1
              billing has 1 of orders.placed before it
              orders.placed #3 is to be published at 2026-01-02 00:00:01.000
            What happened:
            """, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_a_long_story_the_end_is_told()
    {
        await using var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>("billing", (_, _) => ValueTask.CompletedTask), new TestBusOptions { Seed = 5 });
        for (var number = 0; number < 30; number++)
        {
            await bus.PublishAsync(new OrderPlaced($"{number}"));
        }

        await bus.QuietAsync();
        Assert.StartsWith("What happened:\n  … and 10 before\n", bus.Tell(), StringComparison.Ordinal);
        Assert.Equal(53, bus.Tell().Split('\n').Length);
    }

    private static async Task<TestBus> StartedAsync()
    {
        var bus = await TestBus.StartAsync(bus => bus.Subscribe<OrderPlaced>(
            "billing", (_, _) => throw new InvalidOperationException("no stock"), Policies.Of(attempts: 2, immediate: 0)), new TestBusOptions { Seed = 5 });
        await bus.PublishAsync(new OrderPlaced("1"), new PublishOptions { Key = "k" });
        await bus.AdvanceAsync(TimeSpan.FromSeconds(1));
        return bus;
    }
}
