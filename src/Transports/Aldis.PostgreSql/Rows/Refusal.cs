namespace Aldis.PostgreSql.Rows;

/// <summary>A declared rule: which rows are refused.</summary>
/// <param name="Rule">Its name, for who is refused.</param>
/// <param name="Column">The column it is about, or null.</param>
/// <param name="Condition">In SQL, over <c>OLD</c> and <c>NEW</c>: true for what is refused.</param>
/// <param name="Why">For people. Never with a value of the row.</param>
/// <param name="On">The statements that are checked.</param>
internal sealed record Refusal(string Rule, string? Column, string Condition, string Why, RowKinds On = RowKinds.Insert | RowKinds.Update);
