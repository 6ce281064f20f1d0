namespace Aldis;

/// <summary>Why something may not happen: the answer of a receiver of <see cref="BeforeAfter{T}.Before"/> that stops it.</summary>
/// <param name="Reason">The reason, in words for people.</param>
public sealed record Veto(string Reason);
