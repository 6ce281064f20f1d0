namespace Aldis.Sqlite;

/// <summary>What a receiver holds when it asks for more.</summary>
/// <param name="Claims">The tokens of its claims.</param>
/// <param name="Rows">The rows it has leased.</param>
/// <param name="HasSuspect">Whether one of them may be what killed another process.</param>
internal sealed record Held(IReadOnlySet<long> Claims, IReadOnlySet<long> Rows, bool HasSuspect);
