namespace Aldis;

/// <summary>A row that comes into its table, or has come.</summary>
/// <typeparam name="T">The row.</typeparam>
/// <param name="New">The row.</param>
public sealed record RowInsert<T>(T New) where T : class;
