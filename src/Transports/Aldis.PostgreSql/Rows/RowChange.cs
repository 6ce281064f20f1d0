using Aldis.PostgreSql.Rows;

namespace Aldis;

/// <summary>
/// The event that a row of a table has changed: its topic is the table's, its key the row's. Usually handled by kind
/// (<see cref="RowTable{T}.AfterUpdate"/> and the like); a subscription of its own gets all kinds.
/// </summary>
/// <typeparam name="T">The row: a plain record whose members are the columns.</typeparam>
public sealed class RowChange<T> where T : class
{
    /// <summary>Makes a change, for a test for example.</summary>
    /// <param name="kind">What has happened: exactly one of them.</param>
    /// <param name="old">The row before; null for an insert.</param>
    /// <param name="new">The row after; null for a delete.</param>
    /// <param name="changed">The members that differ, by their names in JSON.</param>
    /// <param name="at">When, by the clock of the database.</param>
    public RowChange(RowKinds kind, T? old, T? @new, IReadOnlyList<string> changed, DateTimeOffset at)
        => (Kind, Old, New, Changed, At) = (kind, old, @new, changed, at);

    /// <summary>A change on its way from the database: as JSON, which the relay hands on as it is.</summary>
    internal RowChange(byte[] json) => (Json, Changed) = (json, []);

    /// <summary>What has happened: one of them.</summary>
    public RowKinds Kind { get; }

    /// <summary>The row before; null for an insert.</summary>
    public T? Old { get; }

    /// <summary>The row after; null for a delete.</summary>
    public T? New { get; }

    /// <summary>The members that an update has changed, by their names in JSON; empty for the others. Columns that <typeparamref name="T"/> has no member for are among them.</summary>
    public IReadOnlyList<string> Changed { get; }

    /// <summary>When, by the clock of the database: the time of the statement, or, by logical replication, of the commit.</summary>
    public DateTimeOffset At { get; }

    /// <summary>What is handed on, where nobody has read it.</summary>
    internal byte[]? Json { get; }

    /// <summary>For example <c>Update of User</c>. Nothing of the row is shown.</summary>
    public override string ToString() => Json is null ? $"{Kind} of {typeof(T).Name}" : $"change of {typeof(T).Name}";
}
