namespace Aldis.Sqs;

/// <summary>A queue that is there.</summary>
/// <param name="Url">By what it is reached.</param>
/// <param name="DeadUrl">The queue of its dead letters; null for a private group, which keeps them in memory.</param>
/// <param name="Retention">For how long it keeps a message.</param>
internal sealed record OpenQueue(string Url, string? DeadUrl, TimeSpan Retention);
