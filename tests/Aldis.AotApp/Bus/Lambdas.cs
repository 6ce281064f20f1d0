using System.Runtime.CompilerServices;

namespace Aldis.AotApp.Bus;

/// <summary>Lambdas and methods of any shape: what they take, what they return.</summary>
internal static class Lambdas
{
    private static readonly OrderPlaced _order = new("A-1", 99.50m)
    {
        Channel = Channel.Counter,
        Lines = [new OrderLine("lamp", 1), new OrderLine("bulb", 4)],
        Notes = new Dictionary<string, string> { ["colour"] = "blau & grün" },
        Visits = new Dictionary<Channel, int> { [Channel.Web] = 3 },
        Payment = new CardPayment("4242"),
        Due = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)),
        Basket = new Guid("0198c5a4-0000-7000-8000-000000000001"),
    };

    public static async Task RunAsync(Action<EventBusBuilder> use)
    {
        var seen = new Seen();
        await using var bus = await BusWork.StartAsync(use, seen, Subscribe);
        var published = await bus.PublishAsync(_order, new PublishOptions { Headers = Headers.Empty.With("shop", "north") });
        await seen.ExpectAsync(
            $"order {published.Id} of north, attempt 1", Content(_order),
            "InvoiceIssued { OrderId = A-1, Total = 99.50 }", "ReviewAsked { OrderId = A-1, Why = large }",
            "ParcelPacked { OrderId = A-1, Article = lamp }", "ParcelPacked { OrderId = A-1, Article = bulb }",
            "ParcelPacked { OrderId = A-1, Article = label }", "InvoiceIssued { OrderId = A-1, Total = 1 }", "ReviewAsked { OrderId = A-1, Why = pair }");
        Check.True(bus.Describe().Contains("Lambdas.cs", StringComparison.Ordinal));
        Check.True(bus.DescribeJson().Contains("\"orders.placed\"", StringComparison.Ordinal));
    }

    private static void Subscribe(EventBusBuilder bus)
    {
        bus.Subscribe<OrderPlaced>("typed", (order, context) => Tell(context, $"order {context.Id} of {context.Headers["shop"]}, attempt {context.Attempt}"));
        bus.Subscribe("content", (OrderPlaced order, Seen seen) => seen.Add(Content(order)));
        bus.Subscribe("billing", (OrderPlaced order) => new InvoiceIssued(order.Id, order.Total));
        bus.Subscribe("shipping", Pack);
        bus.Subscribe("labels", LabelAsync);
        bus.Subscribe("pair", (OrderPlaced order) => (new InvoiceIssued(order.Id, 1), new ReviewAsked(order.Id, "pair")));
        bus.Subscribe("review", async (OrderPlaced order, Ledger ledger, EventContext context, CancellationToken cancel) =>
        {
            await Task.Delay(1, cancel);
            return ledger.IsLarge(order) && context.Group == "review" ? new ReviewAsked(order.Id, "large") : null;
        }, new SubscriptionOptions { Concurrency = 2 });
        bus.Subscribe("journal", (InvoiceIssued invoice, Seen seen) => seen.Add(invoice.ToString()));
        bus.Subscribe("journal", (ParcelPacked parcel, Seen seen) => seen.Add(parcel.ToString()));
        bus.Subscribe("journal", Task (ReviewAsked review, Seen seen) =>
        {
            seen.Add(review.ToString());
            return Task.CompletedTask;
        });
    }

    private static ValueTask Tell(EventContext context, string line)
    {
        ((Seen)context.Services.GetService(typeof(Seen))!).Add(line);
        return ValueTask.CompletedTask;
    }

    private static string Content(OrderPlaced order) => string.Join("; ", order.Channel, string.Join(", ", order.Lines), string.Join(", ", order.Notes),
        string.Join(", ", order.Visits), order.Payment, $"{order.Due:O}", order.Basket);

    private static IEnumerable<ParcelPacked> Pack(OrderPlaced order) => order.Lines.Select(line => new ParcelPacked(order.Id, line.Article));

    private static async IAsyncEnumerable<ParcelPacked> LabelAsync(OrderPlaced order, [EnumeratorCancellation] CancellationToken cancel)
    {
        await Task.Delay(1, cancel);
        yield return new ParcelPacked(order.Id, "label");
    }
}
