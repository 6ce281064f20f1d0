namespace Aldis.Sqlite;

/// <summary>
/// Puts rows that were read from pages without their tables into a database with the tables of Aldis, each where its shape says it belongs. Events are known by their
/// id of 16 bytes among texts and numbers, and are looked at again, by their sums, when they are saved.
/// </summary>
internal sealed class ScatteredRows : IDisposable
{
    private const string EventKinds = "eTtiTTTb";

    /// <summary>The shapes, the longest first: kinds of the columns behind the key, and the columns. A file of an earlier version has its later columns behind the others.</summary>
    private static readonly (string Kinds, string Table, string Columns)[] _shapes =
    [
        ("niiiiiiiITTT" + EventKinds, "aldis_delivery", $"row, grp, state, number, due, attempts, lost, epoch, worker, reason, error, place, {EnvelopeRow.Columns}"),
        ("niiiiiiITT" + EventKinds + "TiI", "aldis_delivery",
            "row, grp, state, due, attempts, lost, epoch, worker, reason, error, id, type, source, time, key, content_type, headers, body, place, number, sum"),
        ("niit" + EventKinds, "aldis_schedule", $"row, clock, due, topic, {EnvelopeRow.Columns}"),
        ("n" + EventKinds, "aldis_event", $"position, {EnvelopeRow.Columns}"),
        ("niiiib", "aldis_claim", "token, grp, worker, first, last, settled"),
        ("nitiI", "aldis_group", "id, topic, name, cursor, worker"),
        ("ntii", "aldis_topic", "id, name, last, keyed"),
    ];

    private readonly Database _database;
    private readonly Statement[] _inserts;

    public ScatteredRows(Database database)
    {
        _database = database;
        _inserts = [.. _shapes.Select(shape => new Statement(database,
            $"INSERT OR IGNORE INTO {shape.Table} ({shape.Columns}) VALUES ({string.Join(", ", Enumerable.Range(1, shape.Columns.Count(one => one == ',') + 1).Select(number => $"?{number}"))})"))];
    }

    /// <summary>Takes all rows that have a place.</summary>
    /// <returns>How many there were of the tables that have events.</returns>
    public int Take(IEnumerable<RawRow> rows)
    {
        _database.Execute("BEGIN IMMEDIATE");
        var events = 0;
        foreach (var row in rows)
        {
            var shape = Array.FindIndex(_shapes, one => row.Fits(one.Kinds) && row.Values.Count <= one.Columns.Count(comma => comma == ',') + 1);
            if (shape >= 0)
            {
                Insert(_inserts[shape], row);
                events += _shapes[shape].Kinds.Contains(EventKinds, StringComparison.Ordinal) ? 1 : 0;
            }
        }

        _database.Execute("COMMIT");
        return events;
    }

    public void Dispose() => Array.ForEach(_inserts, insert => insert.Dispose());

    private static void Insert(Statement insert, RawRow row)
    {
        insert.Bind(1, row.Key);
        for (var column = 1; column < row.Values.Count; column++)
        {
            var value = row.Values[column];
            _ = value.Kind switch
            {
                'i' => insert.Bind(column + 1, value.Number),
                't' => insert.Bind(column + 1, value.Text),
                'b' => insert.Bind(column + 1, value.Bytes.Span),
                _ => insert.BindNull(column + 1),
            };
        }

        try
        {
            insert.Run();
        }
        catch (TransportException)
        {
            // A value behind those that were looked at is of another type than its column: it was no such row.
        }
    }
}
