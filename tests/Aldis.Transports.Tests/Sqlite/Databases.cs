using Microsoft.Data.Sqlite;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Does to a database file what another program might do.</summary>
internal static class Databases
{
    /// <summary>Holds the write lock until it is disposed.</summary>
    public static IDisposable Lock(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE";
        command.ExecuteNonQuery();
        return connection;
    }

    public static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
