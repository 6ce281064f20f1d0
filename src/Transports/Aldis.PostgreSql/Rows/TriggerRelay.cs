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

    /// <summary>How often the session says that it is there while the bus takes its time over a batch.</summary>
    private static readonly TimeSpan _sign = TimeSpan.FromSeconds(10);

    private readonly ChangeTable _changes = new(tables[0].Plan.Schema, log);
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
        var batch = await _changes.ReadAsync(connection, _held, Options.BatchSize, cancel).ConfigureAwait(false);
        if (batch.Count == 0)
        {
            Recovered();
            return true;
        }

        var publishing = await PublishAsync(bus, connection, batch, cancel).ConfigureAwait(false);
        await _changes.ForgetAsync(connection, publishing).ConfigureAwait(false);
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

    /// <summary>Publishes a batch, for however long that takes. If the session is lost meanwhile, another process may have the tables: then it stops.</summary>
    private async Task<Publishing> PublishAsync(IEventBus bus, NpgsqlConnection connection, List<RawChange> batch, CancellationToken cancel)
    {
        using var lost = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        var publishing = new Publishing(bus, _tables, lost.Token);
        var running = publishing.RunAsync(batch);
        try
        {
            while (!running.IsCompleted)
            {
                await running.WaitAsync(_sign, Time, CancellationToken.None).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                if (!running.IsCompleted)
                {
                    await SignAsync(connection).ConfigureAwait(false);
                }
            }
        }
        catch (Exception)
        {
            await lost.CancelAsync().ConfigureAwait(false);
            await running.ConfigureAwait(false);
            throw;
        }

        await running.ConfigureAwait(false);
        return publishing;
    }

    private static async Task SignAsync(NpgsqlConnection connection)
    {
        var command = new NpgsqlCommand("SELECT 1", connection);
        await using (command.ConfigureAwait(false))
        {
            await command.ExecuteNonQueryAsync(CancellationToken.None).ConfigureAwait(false);
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
}
