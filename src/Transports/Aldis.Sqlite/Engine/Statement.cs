using System.Buffers;
using System.Text;
using SQLitePCL;

namespace Aldis.Sqlite;

/// <summary>
/// A prepared statement, made once and run many times on one thread. Thinner than a DbCommand: values are bound and read without boxing.
/// Parameters count from 1, columns from 0, as in SQLite.
/// </summary>
internal sealed class Statement : IDisposable
{
    private readonly Database _database;
    private readonly sqlite3_stmt _statement;
    private bool _onRow;

    public Statement(Database database, string sql)
    {
        _database = database;
        database.Check(raw.sqlite3_prepare_v2(database.Handle, sql, out _statement));
    }

    /// <summary>How many rows the last <see cref="Run"/> changed.</summary>
    public int Changes => raw.sqlite3_changes(_database.Handle);

    public Statement Bind(int index, long value)
    {
        Begin();
        _database.Check(raw.sqlite3_bind_int64(_statement, index, value));
        return this;
    }

    public Statement Bind(int index, ReadOnlySpan<byte> value)
    {
        Begin();
        _database.Check(value.IsEmpty ? raw.sqlite3_bind_zeroblob(_statement, index, 0) : raw.sqlite3_bind_blob(_statement, index, value));
        return this;
    }

    public Statement Bind(int index, string? value)
    {
        Begin();
        if (value is null)
        {
            _database.Check(raw.sqlite3_bind_null(_statement, index));
            return this;
        }

        var length = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = length > 512 ? ArrayPool<byte>.Shared.Rent(length) : null;
        Span<byte> bytes = rented ?? stackalloc byte[512];
        var written = Encoding.UTF8.GetBytes(value, bytes);
        _database.Check(raw.sqlite3_bind_text(_statement, index, bytes[..written]));
        if (rented is not null)
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return this;
    }

    public Statement BindNull(int index) => Bind(index, (string?)null);

    /// <summary>Runs to the end, for a statement without rows.</summary>
    public int Run()
    {
        try
        {
            _database.Check(raw.sqlite3_step(_statement));
            return Changes;
        }
        finally
        {
            raw.sqlite3_reset(_statement);
        }
    }

    /// <summary>Runs to the end, for a statement without rows, unless somebody else has a lock.</summary>
    /// <returns>False where somebody has, and nothing happened.</returns>
    public bool TryRun()
    {
        var result = raw.sqlite3_step(_statement);
        raw.sqlite3_reset(_statement);
        if ((result & 0xFF) == raw.SQLITE_BUSY)
        {
            return false;
        }

        _database.Check(result);
        return true;
    }

    /// <summary>Goes to the next row; at the end, the statement is ready to be run anew.</summary>
    public bool Read()
    {
        var result = raw.sqlite3_step(_statement);
        _onRow = result == raw.SQLITE_ROW;
        if (_onRow)
        {
            return true;
        }

        raw.sqlite3_reset(_statement);
        _database.Check(result);
        return false;
    }

    /// <summary>The first column of the first row as a number, or null where there is no row or no value.</summary>
    public long? Scalar()
    {
        if (!Read())
        {
            return null;
        }

        long? value = IsNull(0) ? null : Int64(0);
        Reset();
        return value;
    }

    /// <summary>Leaves a row before the end, so that no lock is held on it.</summary>
    public void Reset()
    {
        _onRow = false;
        raw.sqlite3_reset(_statement);
    }

    public bool IsNull(int column) => raw.sqlite3_column_type(_statement, column) == raw.SQLITE_NULL;

    public long Int64(int column) => raw.sqlite3_column_int64(_statement, column);

    public string Text(int column) => raw.sqlite3_column_text(_statement, column).utf8_to_string() ?? "";

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    /// <summary>The bytes, for as long as the statement stands on this row.</summary>
    public ReadOnlySpan<byte> Blob(int column) => raw.sqlite3_column_blob(_statement, column);

    /// <summary>A copy of the bytes.</summary>
    public byte[] Bytes(int column) => raw.sqlite3_column_blob(_statement, column).ToArray();

    /// <summary>Reads all of the row that the statement stands on, which it does not before it is asked for.</summary>
    public void Load()
    {
        for (var column = raw.sqlite3_column_count(_statement) - 1; column >= 0; column--)
        {
            _ = raw.sqlite3_column_blob(_statement, column);
        }
    }

    public void Dispose() => _statement.Dispose();

    /// <summary>A reader that was left by an exception still stands on its row; values can be bound only before the first.</summary>
    private void Begin()
    {
        if (_onRow)
        {
            Reset();
        }
    }
}
