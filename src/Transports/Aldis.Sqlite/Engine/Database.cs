using Aldis.Errors;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Aldis.Sqlite;

/// <summary>One connection to the file. Used by one thread at a time.</summary>
internal sealed class Database : IDisposable
{
    private readonly SqliteConnection _connection;
    private readonly string _path;

    private Database(SqliteConnection connection, string path) => (_connection, _path) = (connection, path);

    public sqlite3 Handle => _connection.Handle!;

    /// <summary>The file, as SQLite calls it: without links.</summary>
    public string File => raw.sqlite3_db_filename(Handle, "main").utf8_to_string();

    /// <summary>A connection that belongs to somebody else. It is not to be disposed.</summary>
    public static Database Of(SqliteConnection connection, string path) => new(connection, path);

    /// <summary>Opens the file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="lockTimeout">How long SQLite waits for a lock.</param>
    /// <param name="mode">Whether the file is made where there is none.</param>
    public static Database Open(string path, TimeSpan lockTimeout, SqliteOpenMode mode = SqliteOpenMode.ReadWrite)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            var database = new Database(connection, path);
            database.WaitForLocks(lockTimeout);
            return database;
        }
        catch (SqliteException error)
        {
            connection.Dispose();
            throw SqliteFault.Explain(error.SqliteErrorCode, error.SqliteExtendedErrorCode, error.Message, path, error);
        }
    }

    /// <summary>How long SQLite waits for a lock from now on. It sleeps in steps that grow to a tenth of a second.</summary>
    public void WaitForLocks(TimeSpan timeout) => raw.sqlite3_busy_timeout(Handle, (int)timeout.TotalMilliseconds);

    /// <summary>Runs statements that return nothing.</summary>
    public void Execute(string sql) => Check(raw.sqlite3_exec(Handle, sql));

    /// <summary>The first value of a query, or null.</summary>
    public long? Scalar(string sql)
    {
        using var statement = new Statement(this, sql);
        return statement.Scalar();
    }

    /// <summary>Copies all of it, as it is now, into a new file.</summary>
    public void CopyTo(string path)
    {
        using var target = Open(path, TimeSpan.Zero, SqliteOpenMode.ReadWriteCreate);
        try
        {
            _connection.BackupDatabase(target._connection);
        }
        catch (SqliteException error)
        {
            throw SqliteFault.Explain(error.SqliteErrorCode, error.SqliteExtendedErrorCode, error.Message, path, error);
        }
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>Throws unless SQLite said that all is well.</summary>
    public void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_ROW or raw.SQLITE_DONE))
        {
            throw SqliteFault.Explain(
                result & 0xFF, raw.sqlite3_extended_errcode(Handle), raw.sqlite3_errmsg(Handle).utf8_to_string(), _path, null);
        }
    }

    public void Dispose() => _connection.Dispose();
}
