using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Aldis.PostgreSql.Rows;

/// <summary>The table of changes: what the triggers have written down and nobody has published yet, and what was set aside.</summary>
/// <param name="schema">The schema that it is in, quoted.</param>
/// <param name="log">Where it is said what is set aside.</param>
internal sealed class ChangeTable(string schema, ILogger log)
{
    /// <summary>What can be published now, lowest number first. What follows one of its key that is set aside waits.</summary>
    public async Task<List<RawChange>> ReadAsync(NpgsqlConnection connection, IEnumerable<string> topics, int limit, CancellationToken cancel)
    {
        var command = new NpgsqlCommand($"""
            SELECT number, id, topic, key, kind, old_row::text, new_row::text, at FROM {schema}.changes AS c
            WHERE topic = ANY ($1) AND fault IS NULL
                AND NOT EXISTS (SELECT FROM {schema}.changes AS f WHERE f.fault IS NOT NULL AND f.topic = c.topic AND f.key = c.key AND f.number < c.number)
            ORDER BY number LIMIT $2
            """, connection);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. topics] });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = limit });
            var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                var batch = new List<RawChange>();
                while (await reader.ReadAsync(cancel).ConfigureAwait(false))
                {
                    batch.Add(ChangeIn(reader));
                }

                return batch;
            }
        }
    }

    /// <summary>What the bus has goes, also when the relay is stopping: it would only come twice.</summary>
    public async Task ForgetAsync(NpgsqlConnection connection, Publishing publishing)
    {
        var batch = new NpgsqlBatch(connection);
        await using (batch.ConfigureAwait(false))
        {
            if (publishing.Done.Count > 0)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand($"DELETE FROM {schema}.changes WHERE number = ANY ($1)")
                {
                    Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. publishing.Done.Select(change => change.Number)] } },
                });
            }

            foreach (var (change, error) in publishing.Refused)
            {
                log.SetAside(change.Id, change.Topic, error.Message);
                batch.BatchCommands.Add(new NpgsqlBatchCommand($"UPDATE {schema}.changes SET fault = $1 WHERE number = $2")
                {
                    Parameters = { new NpgsqlParameter<string> { TypedValue = error.Message }, new NpgsqlParameter<long> { TypedValue = change.Number } },
                });
            }

            if (batch.BatchCommands.Count > 0)
            {
                await batch.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private static RawChange ChangeIn(NpgsqlDataReader row) => new(
        new EventId(row.GetGuid(1)), row.GetString(2), Text(row, 3), KindOf(row.GetString(4)), Bytes(row, 5), Bytes(row, 6), new DateTimeOffset(row.GetDateTime(7), TimeSpan.Zero))
    {
        Number = row.GetInt64(0),
    };

    private static RowKinds KindOf(string letter) => letter switch { "I" => RowKinds.Insert, "U" => RowKinds.Update, _ => RowKinds.Delete };

    private static string? Text(NpgsqlDataReader row, int field) => row.IsDBNull(field) ? null : row.GetString(field);

    private static byte[]? Bytes(NpgsqlDataReader row, int field) => row.IsDBNull(field) ? null : Encoding.UTF8.GetBytes(row.GetString(field));
}
