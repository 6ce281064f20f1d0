namespace Aldis.PostgreSql.Rows;

/// <summary>A declared change of a row on its way into the table.</summary>
/// <param name="Column">The column, quoted.</param>
/// <param name="Value">In SQL, over <c>NEW</c>: what it becomes.</param>
internal sealed record Adjustment(string Column, string Value);
