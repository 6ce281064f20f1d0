using System.Text;
using Npgsql;

namespace Aldis.PostgreSql.Rows;

/// <summary>Keeps a decoded change that no bus can take where the triggers keep theirs, with the reason.</summary>
internal static class SetAside
{
    public static async ValueTask KeepAsync(NpgsqlDataSource database, RowPlan plan, RawChange change, string reason, CancellationToken cancel)
    {
        var command = database.CreateCommand($"""
            INSERT INTO {plan.Schema}.changes (id, topic, key, kind, old_row, new_row, at, fault)
            SELECT $1, $2, $3, $4, $5::jsonb, $6::jsonb, $7, $8 WHERE NOT EXISTS (SELECT FROM {plan.Schema}.changes WHERE id = $1 AND fault IS NOT NULL)
            """);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<Guid> { TypedValue = change.Id.Value });
            foreach (var text in new[] { change.Topic, change.Key, $"{change.Kind}"[..1], Text(change.Old), Text(change.New) })
            {
                command.Parameters.Add(new NpgsqlParameter<string?> { TypedValue = text });
            }

            command.Parameters.Add(new NpgsqlParameter<DateTime> { TypedValue = change.At.UtcDateTime });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = reason });
            await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
    }

    private static string? Text(byte[]? row) => row is null ? null : Encoding.UTF8.GetString(row);
}
