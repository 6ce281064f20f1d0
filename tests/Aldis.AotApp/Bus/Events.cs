using System.Text.Json.Serialization;

namespace Aldis.AotApp.Bus;

/// <summary>An event with what JSON has to carry: records in records, a list, dictionaries, an enumeration, a choice of types, and what may be missing.</summary>
[Event("orders.placed")]
internal sealed record OrderPlaced(string Id, decimal Total)
{
    public Channel Channel { get; init; }

    public IReadOnlyList<OrderLine> Lines { get; init; } = [];

    public IReadOnlyDictionary<string, string> Notes { get; init; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<Channel, int> Visits { get; init; } = new Dictionary<Channel, int>();

    public Payment? Payment { get; init; }

    public DateTimeOffset? Due { get; init; }

    public Guid? Basket { get; init; }
}

internal readonly record struct OrderLine(string Article, int Count);

[JsonDerivedType(typeof(CardPayment), "card")]
[JsonDerivedType(typeof(BankPayment), "bank")]
internal abstract record Payment;

internal sealed record CardPayment(string Last4) : Payment;

internal sealed record BankPayment(string Iban) : Payment;

internal enum Channel
{
    Web,
    Counter,
}

[Event("invoices.issued")]
internal sealed record InvoiceIssued(string OrderId, decimal Total);

[Event("parcels.packed")]
internal sealed record ParcelPacked(string OrderId, string Article);

[Event("reviews.asked")]
internal sealed record ReviewAsked(string OrderId, string Why);

[Event("fragile")]
internal sealed record Fragile(int Number);

[Event("prices.changed")]
internal sealed record PriceChanged(string Article, decimal Price);
