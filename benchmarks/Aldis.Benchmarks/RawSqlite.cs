using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace Aldis.Benchmarks;

/// <summary>The raw engine: the same rows inserted in batches and deleted in batches, each batch in a transaction of its own.</summary>
internal static class RawSqlite
{
    /// <summary>Rows per second, inserted and deleted, both on the disk.</summary>
    public static double Run(int events, int batch, int bodyBytes)
    {
        using var folder = new BenchFolder();
        using var connection = new SqliteConnection($"Data Source={folder.File("raw.db")};Pooling=False");
        connection.Open();
        Execute(connection, """
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            CREATE TABLE event (position INTEGER PRIMARY KEY, id BLOB NOT NULL, type TEXT, source TEXT NOT NULL, time INTEGER NOT NULL,
                key TEXT, content_type TEXT, headers TEXT, body BLOB NOT NULL) STRICT;
            """);
        using var insert = Command(connection,
            "INSERT INTO event (position, id, source, time, body) VALUES ($position, $id, '/bench', $time, $body)", "$position", "$id", "$time", "$body");
        using var delete = Command(connection, "DELETE FROM event WHERE position = $position", "$position");
        var body = new byte[bodyBytes];
        var start = Stopwatch.GetTimestamp();
        for (var first = 0; first < events; first += batch)
        {
            var last = Math.Min(first + batch, events);
            InTransaction(connection, [insert], () => InsertAll(insert, first, last, body));
            InTransaction(connection, [delete], () => DeleteAll(delete, first, last));
        }

        return events / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void InsertAll(SqliteCommand insert, int first, int last, byte[] body)
    {
        for (var number = first; number < last; number++)
        {
            insert.Parameters[0].Value = number;
            insert.Parameters[1].Value = Guid.CreateVersion7().ToByteArray();
            insert.Parameters[2].Value = DateTime.UtcNow.Ticks;
            insert.Parameters[3].Value = body;
            insert.ExecuteNonQuery();
        }
    }

    private static void DeleteAll(SqliteCommand delete, int first, int last)
    {
        for (var number = first; number < last; number++)
        {
            delete.Parameters[0].Value = number;
            delete.ExecuteNonQuery();
        }
    }

    private static void InTransaction(SqliteConnection connection, SqliteCommand[] commands, Action work)
    {
        using var transaction = connection.BeginTransaction();
        Array.ForEach(commands, command => command.Transaction = transaction);
        work();
        transaction.Commit();
    }

    private static SqliteCommand Command(SqliteConnection connection, string sql, params string[] parameters)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        Array.ForEach(parameters, name => command.Parameters.Add(new SqliteParameter(name, null)));
        command.Prepare();
        return command;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
