using System.Data.Common;
using Aldis.PostgreSql.Rows;

namespace Aldis;

/// <summary>The commands of this program on the table, in transactions of its own. Checks in C# are asked first, then the database checks the declared rules.</summary>
public sealed partial class RowTable<T>
{
    /// <summary>Puts a row into the table. A member that is null is left to the column's default.</summary>
    /// <param name="transaction">An open transaction of Npgsql. Roll it back when this throws.</param>
    /// <param name="row">The row.</param>
    /// <param name="cancel">Ends the wait.</param>
    /// <returns>The row as it stands in the table, with what the database has set.</returns>
    /// <exception cref="RowRefusedException">A check or a declared rule refuses the row.</exception>
    public async ValueTask<T> InsertAsync(DbTransaction transaction, T row, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        var (given, columns) = Command(transaction).Columns(Encode(row), dropNulls: true);
        T? written = null;
        Refuse(await Inserts.SendAsync(this, new RowInsert<T>(row), async (_, cancelled)
            => written = Decode(await Command(transaction).InsertAsync(given, columns, cancelled).ConfigureAwait(false)), cancel).ConfigureAwait(false));
        return written!;
    }

    /// <summary>Changes the row that has the key of the given one, which is locked from before the checks until the transaction ends, so that what they compare stays true.</summary>
    /// <returns>The row as it stands in the table, with what the database has set; null where there is no such row.</returns>
    /// <inheritdoc cref="InsertAsync"/>
    public async ValueTask<T?> UpdateAsync(DbTransaction transaction, T row, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        var command = Command(transaction);
        var (given, columns) = command.Columns(Encode(row), dropNulls: false);
        if (await command.LockAsync(given, columns, cancel).ConfigureAwait(false) is not var (old, @new))
        {
            return null;
        }

        T? written = null;
        var update = new RowUpdate<T>(Decode(old), Decode(@new), RowBody.Changed(old, @new, _columns));
        Refuse(await Updates.SendAsync(this, update, async (_, cancelled)
            => written = Decode(await command.UpdateAsync(given, columns, cancelled).ConfigureAwait(false)), cancel).ConfigureAwait(false));
        return written;
    }

    /// <summary>Takes the row that has the key of the given one out of the table.</summary>
    /// <returns>The row as it was last; null where there is no such row.</returns>
    /// <inheritdoc cref="InsertAsync"/>
    public async ValueTask<T?> DeleteAsync(DbTransaction transaction, T row, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(row);
        var command = Command(transaction);
        var (given, columns) = command.Columns(Encode(row), dropNulls: false);
        if (await command.LockAsync(given, columns, cancel).ConfigureAwait(false) is not var (old, _))
        {
            return null;
        }

        var last = Decode(old);
        Refuse(await Deletes.SendAsync(this, new RowDelete<T>(last), (_, cancelled) => command.DeleteAsync(given, cancelled), cancel).ConfigureAwait(false));
        return last;
    }

    private RowCommand Command(DbTransaction transaction) => new(transaction, _name, _key, _columns);

    private void Refuse(Veto? veto)
    {
        if (veto is not null)
        {
            throw new RowRefusedException(_name.ToString(), null, veto.Reason);
        }
    }

    private byte[] Encode(T row)
    {
        var buffer = new System.Buffers.ArrayBufferWriter<byte>();
        Codec.Encode(row, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    private T Decode(byte[] row) => Codec.Decode<T>(RowBody.ToMembers(row, _columns));
}
