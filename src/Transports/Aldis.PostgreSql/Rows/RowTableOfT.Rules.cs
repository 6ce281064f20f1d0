using System.Linq.Expressions;
using Aldis.Errors;
using Aldis.PostgreSql.Rows;

namespace Aldis;

/// <summary>The declared rules: they are compiled into the trigger function of the table and hold for every client of the database.</summary>
public sealed partial class RowTable<T>
{
    private readonly List<Refusal> _refusals = [];
    private readonly List<Adjustment> _adjustments = [];

    /// <summary>A column has a value: it is not null and, where it is a text, not blank.</summary>
    /// <typeparam name="TValue">The type of the column.</typeparam>
    /// <param name="column">The member.</param>
    /// <param name="rule">The rule's name, told to who is refused. Default: <c>table.column.required</c>.</param>
    public RowTable<T> Require<TValue>(Expression<Func<T, TValue>> column, string? rule = null)
    {
        var name = ColumnOf(column);
        var value = $"NEW.{Sql.Quote(name)}";
        var condition = typeof(TValue) == typeof(string) ? $"{value} IS NULL OR btrim({value}) = ''" : $"{value} IS NULL";
        return Refuse(rule ?? RuleName(name, "required"), name, condition, $"{name} is required");
    }

    /// <summary>A column lies between two values, these included. Null is let pass.</summary>
    /// <typeparam name="TValue">The type of the column: a number, a text or a time.</typeparam>
    /// <param name="column">The member.</param>
    /// <param name="least">The least value.</param>
    /// <param name="most">The greatest value.</param>
    /// <param name="rule">The rule's name, told to who is refused. Default: <c>table.column.range</c>.</param>
    public RowTable<T> Range<TValue>(Expression<Func<T, TValue>> column, TValue least, TValue most, string? rule = null)
    {
        var name = ColumnOf(column);
        var (from, to) = (SqlValue.Of(least), SqlValue.Of(most));
        return Refuse(rule ?? RuleName(name, "range"), name, $"NEW.{Sql.Quote(name)} NOT BETWEEN {from} AND {to}", $"{name} has to lie between {least} and {most}");
    }

    /// <summary>A text matches a regular expression. Null is let pass.</summary>
    /// <param name="column">The member.</param>
    /// <param name="pattern">A regular expression of PostgreSQL (chapter 9.7.3 of its manual), which matches anywhere unless it says <c>^</c> and <c>$</c>.</param>
    /// <param name="rule">The rule's name, told to who is refused. Default: <c>table.column.pattern</c>.</param>
    public RowTable<T> Pattern(Expression<Func<T, string?>> column, string pattern, string? rule = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(pattern);
        var name = ColumnOf(column);
        return Refuse(rule ?? RuleName(name, "pattern"), name, $"NEW.{Sql.Quote(name)} !~ {Sql.Literal(pattern)}", $"{name} has to match {pattern}");
    }

    /// <summary>An update changes a column only so: a version grows, an owner stays.</summary>
    /// <typeparam name="TValue">The type of the column.</typeparam>
    /// <param name="column">The member.</param>
    /// <param name="comparison">How the new value stands to the old one.</param>
    /// <param name="rule">The rule's name, told to who is refused. Default: <c>table.column.compare</c>.</param>
    public RowTable<T> Compare<TValue>(Expression<Func<T, TValue>> column, RowComparison comparison, string? rule = null)
    {
        var name = ColumnOf(column);
        var (old, @new) = ($"OLD.{Sql.Quote(name)}", $"NEW.{Sql.Quote(name)}");
        var (condition, why) = comparison switch
        {
            RowComparison.Same => ($"{@new} IS DISTINCT FROM {old}", "stay the same"),
            RowComparison.Different => ($"{@new} IS NOT DISTINCT FROM {old}", "change"),
            RowComparison.Greater => (Unless(">"), "become greater"),
            RowComparison.GreaterOrSame => (Unless(">="), "become greater or stay the same"),
            RowComparison.Less => (Unless("<"), "become less"),
            RowComparison.LessOrSame => (Unless("<="), "become less or stay the same"),
            _ => throw new AldisException(new Fault(ErrorCodes.InvalidOption, $"The comparison is {comparison}.")),
        };
        return Refuse(rule ?? RuleName(name, "compare"), name, condition, $"{name} has to {why}", RowKinds.Update);

        string Unless(string sign) => $"{old} IS NOT NULL AND ({@new} {sign} {old}) IS NOT TRUE";
    }

    /// <summary>Rows are never changed so: a table that is only added to forbids <c>RowKinds.Update | RowKinds.Delete</c>. TRUNCATE is no change of a row: take that right away.</summary>
    /// <param name="kinds">What is refused.</param>
    /// <param name="rule">The rule's name, told to who is refused. Default: <c>table.forbidden</c>.</param>
    public RowTable<T> Forbid(RowKinds kinds, string? rule = null)
        => Refuse(rule ?? $"{_name.Table}.forbidden", null, "true", "rows of this table may not be changed so", kinds);

    /// <summary>Takes blanks from both ends of a text before it is checked and written.</summary>
    /// <param name="column">The member.</param>
    public RowTable<T> Trim(Expression<Func<T, string?>> column) => Adjust(column, "btrim({0})");

    /// <summary>Makes a text lower-case before it is checked and written.</summary>
    /// <param name="column">The member.</param>
    public RowTable<T> Lower(Expression<Func<T, string?>> column) => Adjust(column, "lower({0})");

    /// <summary>Makes a text upper-case before it is checked and written.</summary>
    /// <param name="column">The member.</param>
    public RowTable<T> Upper(Expression<Func<T, string?>> column) => Adjust(column, "upper({0})");

    /// <summary>Writes the time of the transaction into a column at every insert and update, whatever the client says.</summary>
    /// <typeparam name="TValue">The type of the column.</typeparam>
    /// <param name="column">The member.</param>
    public RowTable<T> Stamp<TValue>(Expression<Func<T, TValue>> column) => Adjust(column, "now()");

    private RowTable<T> Adjust(LambdaExpression column, string value)
    {
        var target = $"NEW.{Sql.Quote(ColumnOf(column))}";
        _adjustments.Add(new Adjustment(target, value.Replace("{0}", target, StringComparison.Ordinal)));
        return this;
    }

    private RowTable<T> Refuse(string rule, string? column, string condition, string why, RowKinds on = RowKinds.Insert | RowKinds.Update)
    {
        _refusals.Add(new Refusal(rule, column, condition, why, on));
        return this;
    }

    private string RuleName(string column, string kind) => $"{_name.Table}.{column}.{kind}";
}
