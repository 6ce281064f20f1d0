using System.Collections.Concurrent;
using Aldis.Tests.Support;

namespace Aldis.Tests.Pipeline;

/// <summary>What a handler publishes on its context goes out with its verdict, or not at all.</summary>
public sealed class PublishInHandlerTests
{
    private readonly ConcurrentQueue<(InvoiceIssued Invoice, EventContext Context)> _invoices = new();

    [Fact]
    public async Task It_arrives_when_the_handler_is_done()
    {
        await using var stage = await StartAsync((order, context) => context.Publish(new InvoiceIssued(order.Id)));
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => _invoices.Count == 1, "the invoice");
        Assert.Equal("A", _invoices.Single().Invoice.Id);
    }

    [Fact]
    public async Task What_a_failed_try_published_is_forgotten()
    {
        var tries = 0;
        await using var stage = await StartAsync((order, context) =>
        {
            context.Publish(new InvoiceIssued($"{order.Id}{++tries}"));
            if (tries < 4)
            {
                throw new InvalidOperationException("after publishing");
            }
        });
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.UntilAsync(() => tries == 4 && !_invoices.IsEmpty, "the invoice");
        await stage.PublishAsync(new InvoiceIssued("last"));
        await stage.UntilAsync(() => _invoices.Any(got => got.Invoice.Id == "last"), "the last invoice");
        Assert.Equal(["A4", "last"], _invoices.Select(got => got.Invoice.Id));
    }

    [Fact]
    public async Task What_a_handler_published_before_it_gave_up_is_forgotten()
    {
        await using var stage = await StartAsync((order, context) =>
        {
            context.Publish(new InvoiceIssued(order.Id));
            throw new DeadLetterException("no use");
        });
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.DeadLetterAsync();
        await stage.PublishAsync(new InvoiceIssued("last"));
        await stage.UntilAsync(() => !_invoices.IsEmpty, "the last invoice");
        Assert.Equal(["last"], _invoices.Select(got => got.Invoice.Id));
    }

    [Fact]
    public async Task Its_headers_say_what_caused_it_and_what_it_belongs_to()
    {
        await using var stage = await StartAsync((order, context) => context.Publish(new InvoiceIssued(order.Id), new PublishOptions { Key = "k" }));
        var cause = await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { Headers = Headers.Of(("correlationid", "basket-7"), ("other", "x")) });
        await Clock.StandingStillUntilAsync(() => _invoices.Count == 1, "the invoice");
        var context = _invoices.Single().Context;
        Assert.Equal(cause.ToString(), context.Headers["causationid"]);
        Assert.Equal("basket-7", context.Headers["correlationid"]);
        Assert.Null(context.Headers["other"]);
        Assert.Equal("k", context.Key);
        Assert.NotEqual(cause, context.Id);
    }

    [Fact]
    public async Task Where_nothing_is_said_it_belongs_to_its_cause()
    {
        await using var stage = await StartAsync((order, context) => context.Publish(new InvoiceIssued(order.Id)));
        var cause = await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => _invoices.Count == 1, "the invoice");
        Assert.Equal(cause.ToString(), _invoices.Single().Context.Headers["correlationid"]);
    }

    [Fact]
    public async Task The_handler_may_say_what_it_belongs_to()
    {
        var options = new PublishOptions { Headers = Headers.Of(("correlationid", "mine"), ("x", "y")) };
        await using var stage = await StartAsync((order, context) => context.Publish(new InvoiceIssued(order.Id), options));
        await stage.PublishAsync(new OrderPlaced("A"), new PublishOptions { Headers = Headers.Of(("correlationid", "basket-7")) });
        await Clock.StandingStillUntilAsync(() => _invoices.Count == 1, "the invoice");
        var headers = _invoices.Single().Context.Headers;
        Assert.Equal(("mine", "y"), (headers["correlationid"], headers["x"]));
    }

    [Fact]
    public async Task An_event_marked_as_such_need_not_be_made_known_first()
    {
        await using var stage = await StartAsync((order, context) => context.Publish(new OrderShipped(order.Id)), Policies.Once);
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 1, "the verdict");
        Assert.Equal(["orders.shipped"], stage.Transport.Settlements.Single().Published.Select(envelope => envelope.Topic.Value));
    }

    [Fact]
    public async Task An_event_is_published_under_the_type_it_is_called_where_its_own_is_not_known()
    {
        await using var stage = await StartAsync((order, context) => context.Publish<InvoiceBase>(new Derived(order.Id)), Policies.Once);
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 1, "the verdict");
        Assert.Equal(["invoices.base"], stage.Transport.Settlements.Single().Published.Select(envelope => envelope.Type));
    }

    [Fact]
    public async Task What_is_no_event_fails_the_handler()
    {
        await using var stage = await StartAsync((_, context) => context.Publish(new Unknown()), Policies.Once);
        await stage.PublishAsync(new OrderPlaced("A"));
        Assert.Contains("ALD1101", (await stage.DeadLetterAsync()).Reason, StringComparison.Ordinal);
    }

    private Task<BusStage> StartAsync(Action<OrderPlaced, EventContext> handler, SubscriptionOptions? options = null) => BusStage.StartedAsync(bus => bus
        .Subscribe<InvoiceIssued>("mail", (invoice, context) =>
        {
            _invoices.Enqueue((invoice, context));
            return ValueTask.CompletedTask;
        })
        .Subscribe<OrderPlaced>("billing", (order, context) =>
        {
            handler(order, context);
            return ValueTask.CompletedTask;
        }, options));

    [Event("invoices.base")]
    internal record InvoiceBase(string Id);

    internal sealed record Derived(string Id) : InvoiceBase(Id);

    internal sealed record Unknown;
}
