using Microsoft.Data.Sqlite;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Does to a database file what another program might do.</summary>
internal static class Databases
{
    public static void Execute(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
