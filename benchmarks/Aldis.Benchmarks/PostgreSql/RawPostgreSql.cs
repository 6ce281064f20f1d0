using System.Diagnostics;
using Npgsql;

namespace Aldis.Benchmarks.PostgreSql;

/// <summary>
/// What one would write by hand: rows inserted in batches on one connection, and beside it, on another, taken with SKIP LOCKED, read and deleted in a transaction. Both as quick as they
/// can be: arrays instead of rows, prepared statements, two statements in a message.
/// </summary>
internal static class RawPostgreSql
{
    private const string Table = """
        DROP TABLE IF EXISTS raw_event;
        CREATE TABLE raw_event (number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, id uuid NOT NULL, type text, source text NOT NULL, time bigint NOT NULL, key text,
            content_type text, headers text, body bytea NOT NULL)
        """;

    private const string Insert = "INSERT INTO raw_event (id, source, time, body) SELECT * FROM unnest($1, $2, $3, $4)";

    private const string Take = "SELECT number, id, type, source, time, key, content_type, headers, body FROM raw_event ORDER BY number LIMIT $1 FOR UPDATE SKIP LOCKED";

    private const string Delete = "DELETE FROM raw_event WHERE number = ANY ($1)";

    /// <summary>Rows per second, inserted and deleted, both committed.</summary>
    public static async Task<double> RunAsync(NpgsqlDataSource source, int events, int batch, int bodyBytes)
    {
        await using (var table = source.CreateCommand(Table))
        {
            await table.ExecuteNonQueryAsync();
        }

        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(InsertAllAsync(source, events, batch, bodyBytes), TakeAllAsync(source, events, batch));
        return events / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task InsertAllAsync(NpgsqlDataSource source, int events, int batch, int bodyBytes)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var insert = new NpgsqlCommand(Insert, connection);
        var sources = new string[batch];
        var bodies = new byte[batch][];
        Array.Fill(sources, "/bench");
        Array.Fill(bodies, new byte[bodyBytes]);
        for (var first = 0; first < events; first += batch)
        {
            var count = Math.Min(batch, events - first);
            insert.Parameters.Clear();
            insert.Parameters.Add(new NpgsqlParameter<Guid[]> { TypedValue = [.. Enumerable.Range(0, count).Select(_ => Guid.CreateVersion7())] });
            insert.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = sources[..count] });
            insert.Parameters.Add(new NpgsqlParameter<long[]> { TypedValue = [.. Enumerable.Repeat(DateTime.UtcNow.Ticks, count)] });
            insert.Parameters.Add(new NpgsqlParameter<byte[][]> { TypedValue = bodies[..count] });
            await insert.PrepareAsync();
            await insert.ExecuteNonQueryAsync();
        }
    }

    private static async Task TakeAllAsync(NpgsqlDataSource source, int events, int batch)
    {
        await using var connection = await source.OpenConnectionAsync();
        for (var done = 0; done < events;)
        {
            var numbers = await TakeAsync(connection, batch);
            await using var delete = new NpgsqlBatch(connection)
            {
                BatchCommands = { new NpgsqlBatchCommand(Delete) { Parameters = { new NpgsqlParameter<long[]> { TypedValue = numbers } } }, new NpgsqlBatchCommand("COMMIT") },
            };
            await delete.PrepareAsync();
            await delete.ExecuteNonQueryAsync();
            done += numbers.Length;
        }
    }

    private static async Task<long[]> TakeAsync(NpgsqlConnection connection, int most)
    {
        await using var take = new NpgsqlBatch(connection)
        {
            BatchCommands = { new NpgsqlBatchCommand("BEGIN"), new NpgsqlBatchCommand(Take) { Parameters = { new NpgsqlParameter<int> { TypedValue = most } } } },
        };
        await take.PrepareAsync();
        await using var reader = await take.ExecuteReaderAsync();
        var numbers = new List<long>(most);
        while (await reader.ReadAsync())
        {
            numbers.Add(reader.GetInt64(0));
            _ = reader.GetGuid(1);
            _ = reader.GetString(3);
            _ = reader.GetFieldValue<byte[]>(8);
        }

        return [.. numbers];
    }
}
