using System.Security.Cryptography;
using System.Text;
using Npgsql;
using Npgsql.Replication.PgOutput;
using Npgsql.Replication.PgOutput.Messages;
using NpgsqlTypes;

namespace Aldis.PostgreSql.Rows;

/// <summary>What was decoded and is not published yet. The texts that the server sends become the JSON of the triggers there, so both ways tell the same.</summary>
internal sealed class DecodedChanges(IReadOnlyDictionary<(string, string), IRowTable> tables, string origin)
{
    private readonly List<Decoded> _waiting = [];
    private NpgsqlLogSequenceNumber _transaction;
    private DateTimeOffset _at;
    private int _index;

    /// <summary>How many changes wait.</summary>
    public int Count => _waiting.Count;

    /// <summary>Whether no transaction has been received in part.</summary>
    public bool IsBetween { get; private set; } = true;

    /// <summary>Up to where every change was given out, or waits.</summary>
    public NpgsqlLogSequenceNumber Committed { get; private set; }

    /// <summary>Takes a message, which is not there any more when the next one is read.</summary>
    public async ValueTask TakeAsync(PgOutputReplicationMessage message, CancellationToken cancel)
    {
        switch (message)
        {
            case BeginMessage begin:
                (_transaction, _at, _index, IsBetween) = (begin.TransactionFinalLsn, new DateTimeOffset(begin.TransactionCommitTimestamp, TimeSpan.Zero), 0, false);
                break;
            case CommitMessage commit:
                (Committed, IsBetween) = (commit.TransactionEndLsn, true);
                break;
            case InsertMessage insert:
                Add(insert.Relation, RowKinds.Insert, null, await RowOf(insert.Relation, insert.NewRow, null, cancel).ConfigureAwait(false));
                break;
            case FullUpdateMessage update:
                var old = await RowOf(update.Relation, update.OldRow, null, cancel).ConfigureAwait(false);
                Add(update.Relation, RowKinds.Update, old, await RowOf(update.Relation, update.NewRow, old, cancel).ConfigureAwait(false));
                break;
            case UpdateMessage update:
                Add(update.Relation, RowKinds.Update, null, await RowOf(update.Relation, update.NewRow, null, cancel).ConfigureAwait(false));
                break;
            case FullDeleteMessage delete:
                Add(delete.Relation, RowKinds.Delete, await RowOf(delete.Relation, delete.OldRow, null, cancel).ConfigureAwait(false), null);
                break;
            case KeyDeleteMessage delete:
                Add(delete.Relation, RowKinds.Delete, await RowOf(delete.Relation, delete.Key, null, cancel).ConfigureAwait(false), null);
                break;
        }
    }

    /// <summary>Gives out what waits, with rows as the database writes them in JSON. Updates that change nothing are left out.</summary>
    public async ValueTask<List<RawChange>> ReadAsync(NpgsqlDataSource database, CancellationToken cancel)
    {
        foreach (var same in _waiting.GroupBy(decoded => decoded.Table))
        {
            await DecodedRow.CompleteAsync(database, same.Key, [.. same.SelectMany(decoded => new[] { decoded.Old, decoded.New }).OfType<DecodedRow>()], cancel).ConfigureAwait(false);
        }

        List<RawChange> changes = [.. _waiting.Where(decoded => !decoded.IsNothing).Select(decoded => decoded.ToChange())];
        _waiting.Clear();
        return changes;
    }

    private void Add(RelationMessage relation, RowKinds kind, DecodedRow? old, DecodedRow? @new)
    {
        var index = _index++;
        if (tables.TryGetValue((relation.Namespace, relation.RelationName), out var table) && table.Plan.Published.HasFlag(kind))
        {
            _waiting.Add(new Decoded(table, kind, old, @new, IdOf(index), _at));
        }
    }

    /// <summary>The same change has the same id, however often it is decoded: a UUID of version 7 whose random part is a digest of the change's place.</summary>
    private EventId IdOf(int index)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes($"{origin} {_transaction} {index}")).AsSpan(0, 16);
        var time = Guid.CreateVersion7(_at).ToByteArray(bigEndian: true);
        time.AsSpan(0, 6).CopyTo(bytes);
        bytes[6] = (byte)(0x70 | (bytes[6] & 0x0F));
        bytes[8] = (byte)(0x80 | (bytes[8] & 0x3F));
        return EventId.FromBytes(bytes);
    }

    private static async ValueTask<DecodedRow> RowOf(RelationMessage relation, ReplicationTuple tuple, DecodedRow? old, CancellationToken cancel)
    {
        var row = new DecodedRow();
        var index = 0;
        await foreach (var value in tuple.ConfigureAwait(false).WithCancellation(cancel))
        {
            var column = relation.Columns[index++];
            switch (value.Kind)
            {
                case TupleDataKind.Null:
                    row.Add(column.ColumnName, column.DataTypeId, null);
                    break;
                case TupleDataKind.UnchangedToastedValue:
                    row.AddFrom(column.ColumnName, old);
                    break;
                default:
                    row.Add(column.ColumnName, column.DataTypeId, await value.Get<string>(cancel).ConfigureAwait(false));
                    break;
            }
        }

        return row;
    }

    private sealed record Decoded(IRowTable Table, RowKinds Kind, DecodedRow? Old, DecodedRow? New, EventId Id, DateTimeOffset At)
    {
        public bool IsNothing => Old is not null && New is not null && Old.Json.AsSpan().SequenceEqual(New.Json);

        public RawChange ToChange() => new(Id, Table.Plan.Topic, (Old ?? New)!.Key, Kind, Old?.Json, New?.Json, At);
    }
}
