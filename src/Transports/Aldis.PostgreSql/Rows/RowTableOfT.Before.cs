namespace Aldis;

/// <summary>
/// What is checked in C# before this program's own commands write a row. Nothing here is known to the database: what another program or <c>psql</c> writes is not
/// checked by it. Rules that must hold for everybody are declared.
/// </summary>
public sealed partial class RowTable<T>
{
    /// <summary>Around <see cref="InsertAsync"/>: its <c>Before</c> may refuse; its <c>After</c> tells that the statement is done, in the transaction that is yet to be committed.</summary>
    public BeforeAfter<RowInsert<T>> Inserts { get; } = new();

    /// <summary>Around <see cref="UpdateAsync"/>: its <c>Before</c> may refuse; its <c>After</c> tells that the statement is done, in the transaction that is yet to be committed.</summary>
    public BeforeAfter<RowUpdate<T>> Updates { get; } = new();

    /// <summary>Around <see cref="DeleteAsync"/>: its <c>Before</c> may refuse; its <c>After</c> tells that the statement is done, in the transaction that is yet to be committed.</summary>
    public BeforeAfter<RowDelete<T>> Deletes { get; } = new();

    /// <summary>Checks what <see cref="InsertAsync"/> is to put into the table. Not seen: rows that come by other ways.</summary>
    /// <param name="check">Null lets it pass; a veto says why not. Checks are asked in order, up to the first veto.</param>
    public RowTable<T> BeforeInsert(Func<RowInsert<T>, Veto?> check)
    {
        Inserts.Before.Connect(check);
        return this;
    }

    /// <summary>Checks what <see cref="UpdateAsync"/> is to make of a row. Not seen: rows that are changed by other ways.</summary>
    /// <inheritdoc cref="BeforeInsert"/>
    public RowTable<T> BeforeUpdate(Func<RowUpdate<T>, Veto?> check)
    {
        Updates.Before.Connect(check);
        return this;
    }

    /// <summary>Checks what <see cref="DeleteAsync"/> is to take out of the table. Not seen: rows that leave by other ways.</summary>
    /// <inheritdoc cref="BeforeInsert"/>
    public RowTable<T> BeforeDelete(Func<RowDelete<T>, Veto?> check)
    {
        Deletes.Before.Connect(check);
        return this;
    }
}
