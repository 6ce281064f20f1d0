namespace Aldis;

/// <summary>A row that leaves its table, or has left it.</summary>
/// <typeparam name="T">The row.</typeparam>
/// <param name="Old">The row as it was last.</param>
public sealed record RowDelete<T>(T Old) where T : class;
