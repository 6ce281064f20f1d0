using Aldis.Errors;

namespace Aldis.Sqlite;

/// <summary>Reads what can be read of a table with a number as its key, past the places that cannot be read.</summary>
/// <param name="database">The damaged file.</param>
/// <param name="scattered">
/// Gives the rows that are intact on their pages, whether or not the table leads to them: those are taken of a table that cannot be read from end to end. Null where there
/// is nobody to ask.
/// </param>
internal sealed class DamagedTable(Database database, Func<Database?>? scattered)
{
    /// <summary>How far to look for the next row behind a damaged place.</summary>
    private const long Blind = 100_000;

    private const long Failed = long.MinValue;

    private readonly Dictionary<string, bool> _whole = [];

    /// <summary>How many times the reading came to a place that could not be read.</summary>
    public long Unreadable { get; private set; }

    /// <summary>Takes row after row.</summary>
    /// <param name="columns">What to read; the key is column 0.</param>
    /// <param name="table">The table.</param>
    /// <param name="key">The column that is its key.</param>
    /// <param name="take">Is given each row; may throw where what is in it makes no sense.</param>
    /// <param name="first">The first key.</param>
    /// <param name="last">The last key; null for all that there are.</param>
    public void Read(string columns, string table, string key, Action<Statement> take, long first = 1, long? last = null)
    {
        var select = $"SELECT {key}, {columns} FROM {table} WHERE {key} BETWEEN ?1 AND ?2 ORDER BY {key}";
        var next = first;
        if (scattered is not null && !IsWhole(table, key) && scattered() is { } rows)
        {
            TryRead(rows, select, take, ref next, last ?? long.MaxValue);
            return;
        }

        var end = last ?? TryScalar($"SELECT max({key}) FROM {table}") ?? long.MaxValue;
        while (!TryRead(database, select, take, ref next, end))
        {
            // The key itself may be what cannot be read, and so may those after it: the first behind them that can is where reading goes on.
            Unreadable++;
            next++;
            if (!TrySkip($"SELECT {key} FROM {table} WHERE {key} BETWEEN ?1 AND ?2 ORDER BY {key} LIMIT 1", ref next, end - next > Blind ? next + Blind : end))
            {
                return;
            }
        }
    }

    /// <summary>Takes the rows of a table without such a key: from its beginning to the first damaged place, and from its end.</summary>
    public void ReadBothWays(string select, string order, Action<Statement> take)
    {
        var next = 0L;
        if (!TryRead(database, $"{select} ORDER BY {order}", take, ref next, null))
        {
            Unreadable++;
            TryRead(database, $"{select} ORDER BY {string.Join(", ", order.Split(", ").Select(column => column + " DESC"))}", take, ref next, null);
        }
    }

    /// <summary>Reads a table from end to end, once: a key that is not in its order may end the reading of a range too early, and nobody would know.</summary>
    private bool IsWhole(string table, string key)
    {
        if (!_whole.TryGetValue(table, out var isWhole))
        {
            var next = long.MinValue;
            isWhole = TryRead(database, $"SELECT {key}, * FROM {table} WHERE {key} BETWEEN ?1 AND ?2 ORDER BY {key}", static row => row.Load(), ref next, long.MaxValue);
            Unreadable += isWhole ? 0 : 1;
            _whole.Add(table, isWhole);
        }

        return isWhole;
    }

    private bool TryRead(Database database, string select, Action<Statement> take, ref long next, long? end)
    {
        try
        {
            using var query = new Statement(database, select);
            _ = end is null ? query : query.Bind(1, next).Bind(2, end.Value);
            while (query.Read())
            {
                if (end is not null)
                {
                    if (query.Int64(0) < next)
                    {
                        return false;
                    }

                    next = query.Int64(0) + 1;
                }

                TryTake(query, take);
            }

            return true;
        }
        catch (TransportException)
        {
            return false;
        }
    }

    private void TryTake(Statement row, Action<Statement> take)
    {
        try
        {
            take(row);
        }
        catch (Exception error) when (error is AldisException and not TransportException or ArgumentException or FormatException or OverflowException)
        {
            Unreadable++;
        }
        catch (TransportException error)
        {
            // It is the new file that cannot be written.
            throw new AldisException(error.Fault, error);
        }
    }

    private bool TrySkip(string select, ref long next, long end)
    {
        for (; next <= end; next++)
        {
            if (TryScalar(select, next, end) is not Failed and var found)
            {
                next = found ?? end + 1;
                return found is not null;
            }
        }

        return false;
    }

    private long? TryScalar(string select, long first, long last)
    {
        try
        {
            using var query = new Statement(database, select);
            return query.Bind(1, first).Bind(2, last).Scalar();
        }
        catch (TransportException)
        {
            return Failed;
        }
    }

    private long? TryScalar(string select)
    {
        try
        {
            return database.Scalar(select);
        }
        catch (TransportException)
        {
            return null;
        }
    }
}
