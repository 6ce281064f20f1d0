using System.Text;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Aldis.PostgreSql.Rows;

/// <summary>
/// Publishes what the triggers have written down. It never remembers how far it came: it takes the changes that are visible, lowest number first, and deletes them when they are
/// published, so one that was committed late is found like any other. The numbers of a row's changes were taken under the row's lock, so their order is that of the commits.
/// </summary>
internal sealed class TriggerRelay(IReadOnlyList<IRowTable> tables, NpgsqlDataSource database, RowsOptions options, TimeProvider time, ILogger log) : RowRelay(options, time, log)
{
    private static readonly TimeSpan _silence = TimeSpan.FromSeconds(30);

    private readonly string _schema = tables[0].Plan.Schema;
    private readonly Dictionary<string, IRowTable> _tables = tables.ToDictionary(table => table.Plan.Topic, StringComparer.Ordinal);
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);

    /// <summary>The locks are those of the connection: if it is lost, they are free for others.</summary>
    protected override async Task WorkAsync(IEventBus bus, CancellationToken cancel)
    {
        _held.Clear();
        var connection = await database.OpenConnectionAsync(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            await ExpireAsync(connection, cancel).ConfigureAwait(false);
            var tried = long.MinValue;
            while (!cancel.IsCancellationRequested)
            {
                if (_held.Count < _tables.Count && (tried == long.MinValue || Time.GetElapsedTime(tried) >= Options.RetryInterval))
                {
                    tried = Time.GetTimestamp();
                    await TakeLocksAsync(connection, cancel).ConfigureAwait(false);
                }

                var isAll = _held.Count == 0 || await RelayAsync(bus, connection, cancel).ConfigureAwait(false);
                if (isAll)
                {
                    await Task.Delay(_held.Count == 0 ? Options.RetryInterval : Options.PollInterval, Time, cancel).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Takes a batch to the bus.</summary>
    /// <returns>Whether there may be no more now.</returns>
    private async Task<bool> RelayAsync(IEventBus bus, NpgsqlConnection connection, CancellationToken cancel)
    {
        var batch = await ReadAsync(connection, cancel).ConfigureAwait(false);
        if (batch.Count == 0)
        {
            Recovered();
            return true;
        }

        var publishing = new Publishing(bus, _tables, cancel);
        await publishing.RunAsync(batch).ConfigureAwait(false);
        await ForgetAsync(connection, publishing).ConfigureAwait(false);
        if (publishing.Failure is { } failure)
        {
            cancel.ThrowIfCancellationRequested();
            Failed(RelayFault.Of(failure), failure);
            await PauseAsync(cancel).ConfigureAwait(false);
            return false;
        }

        Recovered();
        return batch.Count < Options.BatchSize;
    }

    private async Task<List<RawChange>> ReadAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var command = new NpgsqlCommand($"""
            SELECT number, id, topic, key, kind, old_row::text, new_row::text, at FROM {_schema}.changes AS c
            WHERE topic = ANY ($1) AND fault IS NULL
                AND NOT EXISTS (SELECT FROM {_schema}.changes AS f WHERE f.fault IS NOT NULL AND f.topic = c.topic AND f.key = c.key AND f.number < c.number)
            ORDER BY number LIMIT $2
            """, connection);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. _held] });
            command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Options.BatchSize });
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

    private static RawChange ChangeIn(NpgsqlDataReader row) => new(
        new EventId(row.GetGuid(1)), row.GetString(2), Text(row, 3), KindOf(row.GetString(4)), Bytes(row, 5), Bytes(row, 6), new DateTimeOffset(row.GetDateTime(7), TimeSpan.Zero))
    {
        Number = row.GetInt64(0),
    };

    /// <summary>What the bus has goes, also when the relay is stopping: it would only come twice.</summary>
    private async Task ForgetAsync(NpgsqlConnection connection, Publishing publishing)
    {
        var batch = new NpgsqlBatch(connection);
        await using (batch.ConfigureAwait(false))
        {
            if (publishing.Done.Count > 0)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand($"DELETE FROM {_schema}.changes WHERE number = ANY ($1)")
                {
                    Parameters = { new NpgsqlParameter<long[]> { TypedValue = [.. publishing.Done.Select(change => change.Number)] } },
                });
            }

            foreach (var (change, error) in publishing.Refused)
            {
                Log.SetAside(change.Id, change.Topic, error.Message);
                batch.BatchCommands.Add(new NpgsqlBatchCommand($"UPDATE {_schema}.changes SET fault = $1 WHERE number = $2")
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

    /// <summary>A process that is stopped, or that nobody reaches any more, does not hold the tables for ever: the server ends a session that is silent for so long (from version 14 on).</summary>
    private async Task ExpireAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var command = new NpgsqlCommand("SELECT set_config('idle_session_timeout', $1, false) WHERE current_setting('idle_session_timeout', true) IS NOT NULL", connection);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = FormattableString.Invariant($"{(_silence + Options.PollInterval + Options.RetryInterval).TotalMilliseconds:F0}ms") });
            await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Takes over the tables that nobody has. One process works for a table at a time.</summary>
    private async Task TakeLocksAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        foreach (var (topic, table) in _tables.Where(table => !_held.Contains(table.Key)))
        {
            var command = new NpgsqlCommand($"""
                SELECT pg_try_advisory_lock(hashtextextended($1, 0)),
                    EXISTS (SELECT FROM pg_trigger WHERE tgrelid = to_regclass($2) AND tgname = $3 AND obj_description(oid, 'pg_trigger') LIKE '{RowPlan.Mark} %')
                """, connection);
            await using (command.ConfigureAwait(false))
            {
                foreach (var text in new[] { $"{RowPlan.Mark} {table.Plan.KeptIn} {topic}", table.Name.Quoted, table.Plan.AfterTrigger })
                {
                    command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
                }

                var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
                await using (reader.ConfigureAwait(false))
                {
                    await reader.ReadAsync(cancel).ConfigureAwait(false);
                    if (!reader.GetBoolean(1))
                    {
                        throw new AldisException(RelayFault.NotApplied($"The table {table.Name} has no trigger of Aldis after changes."));
                    }

                    if (reader.GetBoolean(0))
                    {
                        _held.Add(topic);
                        Log.Relaying(table.Name.ToString(), topic);
                    }
                }
            }
        }
    }

    private static RowKinds KindOf(string letter) => letter switch { "I" => RowKinds.Insert, "U" => RowKinds.Update, _ => RowKinds.Delete };

    private static string? Text(NpgsqlDataReader row, int field) => row.IsDBNull(field) ? null : row.GetString(field);

    private static byte[]? Bytes(NpgsqlDataReader row, int field) => row.IsDBNull(field) ? null : Encoding.UTF8.GetBytes(row.GetString(field));
}
