namespace Aldis.Tests.Support;

[Event("orders.placed")]
internal sealed record OrderPlaced(string Id);

[Event("orders.shipped")]
internal sealed record OrderShipped(string Id);

/// <summary>Not marked: its topic comes from the convention, and it has to be made known.</summary>
internal sealed record InvoiceIssued(string Id);
