using System.Linq.Expressions;
using Aldis.Errors;
using Aldis.Events;
using Aldis.PostgreSql;
using Aldis.PostgreSql.Rows;

namespace Aldis;

/// <summary>
/// A table of PostgreSQL whose rows are events: what is checked before a row is written, and who is told after it is committed. First it is described, then its script
/// is applied (<see cref="ApplyAsync(string, CancellationToken)"/>), and then it is used, by any thread.
/// </summary>
/// <remarks>
/// <para>BEFORE, declared (<see cref="Require"/>, <see cref="Range"/>, <see cref="Pattern"/>, <see cref="Compare"/>, <see cref="Forbid"/>, <see cref="Trim"/>, …): compiled into
/// a trigger function, so it holds for every client of the database.</para>
/// <para>BEFORE, in C# (<see cref="BeforeUpdate(Func{RowUpdate{T}, Veto?})"/> and the like): checked in this program's own commands (<see cref="UpdateAsync"/> and the like) and nowhere else.</para>
/// <para>AFTER (<see cref="AfterUpdate"/> and the like): for every change, whoever made it; durable, at least once, in the order of commits for each row.</para>
/// </remarks>
/// <typeparam name="T">The row: a plain record whose members are the columns.</typeparam>
public sealed partial class RowTable<T> : IRowTable where T : class
{
    private static readonly JsonCodec _ownCodec = new();

    private readonly TableName _name;
    private readonly ColumnNames _columns = new();
    private string[] _key = ["id"];
    private string _topic;
    private string _keptIn = "aldis_rows";
    private RowKinds _published = RowKinds.All;
    private RowSource _source = RowSource.Triggers;

    internal RowTable(TableName name)
    {
        (_name, _topic) = (name, name.Topic);
        RowJson.Know<T>();
    }

    /// <summary>Says which columns identify a row. Default: <c>id</c>.</summary>
    /// <param name="columns">One member or several; none of them is null in any row.</param>
    public RowTable<T> Key(params ReadOnlySpan<Expression<Func<T, object?>>> columns)
    {
        var key = new List<string>();
        foreach (var column in columns)
        {
            key.Add(ColumnOf(column));
        }

        _key = key.Count > 0 ? [.. key] : throw new AldisException(new Fault(ErrorCodes.InvalidOption, $"The key of '{_name}' has no columns."));
        return this;
    }

    /// <summary>
    /// Says the name of a column that is not its member's as <c>snake_case</c>. Say it before the column is named in anything else.
    /// </summary>
    /// <typeparam name="TValue">The type of the column.</typeparam>
    /// <param name="member">The member.</param>
    /// <param name="column">The column, as it stands in the database.</param>
    public RowTable<T> Column<TValue>(Expression<Func<T, TValue>> member, string column)
    {
        Check(Identifier.Check(column, $"The name of a column of '{_name}'"));
        _columns.Say(Member.NameOf(member), column);
        return this;
    }

    /// <summary>Says the topic on which changes are published. Default: <c>rows.TABLE</c>, or <c>rows.SCHEMA.TABLE</c> in another schema than <c>public</c>.</summary>
    /// <param name="topic">The topic. Needed where the name of the table cannot be part of one.</param>
    public RowTable<T> On(string topic)
    {
        _topic = topic;
        _bus?.AddEvent<RowChange<T>>(topic);
        return this;
    }

    /// <summary>Says which changes are published. Default: all. With <see cref="RowKinds.None"/> there is no AFTER trigger, and only the declared rules are left.</summary>
    /// <param name="kinds">Said alike wherever the script is applied, whoever handles them.</param>
    public RowTable<T> Publish(RowKinds kinds)
    {
        _published = kinds;
        return this;
    }

    /// <summary>Says how committed changes are learned of. Default: by triggers. Declared rules are triggers in any case.</summary>
    /// <param name="source">
    /// <see cref="RowSource.LogicalReplication"/> has the script set <c>REPLICA IDENTITY FULL</c> on the table, because else the server does not tell what a row was.
    /// </param>
    public RowTable<T> From(RowSource source)
    {
        _source = source;
        return this;
    }

    /// <summary>Says the schema that what Aldis makes for the table is kept in. Default: <c>aldis_rows</c>. Systems that are to get the changes each for itself have one each.</summary>
    /// <param name="schema">A schema of its own; the script makes it.</param>
    public RowTable<T> KeptIn(string schema)
    {
        Check(Identifier.Check(schema, "The name of a schema"));
        _keptIn = schema;
        return this;
    }

    /// <summary>For example <c>rows of users</c>.</summary>
    public override string ToString() => $"rows of {_name}";

    /// <summary>How the commands write and read rows: as the bus does.</summary>
    private ICodec Codec => _bus?.Codec ?? _ownCodec;

    private string ColumnOf(LambdaExpression column) => _columns.Of(Member.NameOf(column));

    private static void Check(Fault? fault)
    {
        if (fault is not null)
        {
            throw new AldisException(fault);
        }
    }
}
