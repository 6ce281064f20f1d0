using Microsoft.Data.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>Looks into a database file beside Aldis.</summary>
internal static class StoredEvents
{
    public static HashSet<string> Ids(string file) => [.. Query(file, "SELECT id FROM aldis_event")
        .Select(value => EventId.FromBytes((byte[])value).ToString())];

    public static string Integrity(string file) => (string)Query(file, "PRAGMA integrity_check").Single();

    public static long Count(string file, string sql) => (long)Query(file, sql).Single();

    public static List<object> Query(string file, string sql)
    {
        using var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var values = new List<object>();
        while (reader.Read())
        {
            values.Add(reader.GetValue(0));
        }

        return values;
    }
}
