using Microsoft.Extensions.Logging;
using Npgsql;
using Npgsql.Replication;
using Npgsql.Replication.PgOutput;

namespace Aldis.PostgreSql.Rows;

/// <summary>
/// Publishes what the server decodes from its log, transaction by transaction in the order of their commits. The server is told how far it came only when the bus has everything up to
/// there; after a crash what is between comes again, with the same ids. The slot is the lock: one process reads from it at a time.
/// </summary>
internal sealed class ReplicationRelay(
    IReadOnlyList<IRowTable> tables, NpgsqlDataSource database, string words, RowsOptions options, TimeProvider time, ILogger log) : RowRelay(options, time, log)
{
    private const string InUse = "55006";

    /// <summary>How often the server learns that what it has written of other tables need not be kept for this slot, and how often what was set aside is looked at.</summary>
    private static readonly TimeSpan _idle = TimeSpan.FromSeconds(10);

    private readonly RowPlan _plan = tables[0].Plan;
    private readonly ChangeTable _changes = new(tables[0].Plan.Schema, log);
    private readonly Dictionary<string, IRowTable> _byTopic = tables.ToDictionary(table => table.Plan.Topic, StringComparer.Ordinal);
    private readonly Dictionary<(string, string), IRowTable> _tables = tables.ToDictionary(table => (table.Name.Schema, table.Name.Table));

    protected override async Task WorkAsync(IEventBus bus, CancellationToken cancel)
    {
        await ReplicationCheck.RunAsync(database, tables, cancel).ConfigureAwait(false);
        var connection = new LogicalReplicationConnection(words);
        await using (connection.ConfigureAwait(false))
        {
            await connection.Open(cancel).ConfigureAwait(false);
            var system = await connection.IdentifySystem(cancel).ConfigureAwait(false);
            var decoded = new DecodedChanges(_tables, $"{system.SystemId} {system.DbName} {_plan.Slot}");
            using var streaming = CancellationTokenSource.CreateLinkedTokenSource(cancel);
            var messages = connection.StartReplication(
                new PgOutputReplicationSlot(_plan.Slot), new PgOutputReplicationOptions(_plan.Publication, PgOutputProtocolVersion.V1), streaming.Token).GetAsyncEnumerator(streaming.Token);
            await using (messages.ConfigureAwait(false))
            {
                var follower = new Follower(messages, streaming);
                await using (follower.ConfigureAwait(false))
                {
                    await FollowAsync(bus, connection, follower, decoded, cancel).ConfigureAwait(false);
                }
            }
        }
    }

    /// <summary>Somebody else reads: that is as it should be.</summary>
    protected override bool IsElsewhere(Exception error) => error is PostgresException { SqlState: InUse };

    private async Task FollowAsync(IEventBus bus, LogicalReplicationConnection connection, Follower follower, DecodedChanges decoded, CancellationToken cancel)
    {
        var (isNew, looked) = (true, Time.GetTimestamp());
        while (true)
        {
            if (decoded.Count == 0 && Time.GetElapsedTime(looked) >= _idle)
            {
                var isAll = await PublishAgainAsync(bus, cancel).ConfigureAwait(false);
                looked = isAll ? Time.GetTimestamp() : looked;
            }

            if (decoded.Count > 0 && (!follower.Next.IsCompleted || decoded.Count >= Options.BatchSize))
            {
                await PublishAsync(bus, decoded, cancel).ConfigureAwait(false);
                await ConfirmAsync(connection, decoded, cancel).ConfigureAwait(false);
            }
            else if (!follower.Next.IsCompleted)
            {
                if (isNew)
                {
                    isNew = false;
                    tables.ToList().ForEach(table => Log.Relaying(table.Name.ToString(), table.Plan.Topic));
                    Recovered();
                }

                await Task.WhenAny(follower.Next, Task.Delay(_idle, Time, cancel)).ConfigureAwait(false);
                await ConfirmAsync(connection, decoded, cancel).ConfigureAwait(false);
            }

            if (follower.Next.IsCompleted)
            {
                if (!await follower.Next.ConfigureAwait(false))
                {
                    return;
                }

                await decoded.TakeAsync(follower.Current, cancel).ConfigureAwait(false);
                follower.Advance();
            }
        }
    }

    /// <summary>Publishes all that was decoded, as often as it takes: the server tells a change once as long as this connection lives.</summary>
    private async Task PublishAsync(IEventBus bus, DecodedChanges decoded, CancellationToken cancel)
    {
        var left = await decoded.ReadAsync(database, cancel).ConfigureAwait(false);
        while (left.Count > 0)
        {
            var publishing = new Publishing(bus, _byTopic, cancel);
            await publishing.RunAsync(left).ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
            foreach (var (change, error) in publishing.Refused)
            {
                Log.SetAside(change.Id, change.Topic, error.Message);
                await SetAside.KeepAsync(database, _plan, change, error.Message, cancel).ConfigureAwait(false);
            }

            left.RemoveAll(publishing.Done.Concat(publishing.Refused.Select(refused => refused.Change)).Contains);
            if (publishing.Failure is { } failure)
            {
                Failed(RelayFault.Of(failure), failure);
                await PauseAsync(cancel).ConfigureAwait(false);
            }
            else
            {
                Recovered();
            }
        }
    }

    /// <summary>Publishes a batch of what was set aside and has no fault any more, and of what triggers have left. What fails is tried again the next time.</summary>
    /// <returns>Whether there may be no more now.</returns>
    private async Task<bool> PublishAgainAsync(IEventBus bus, CancellationToken cancel)
    {
        var connection = await database.OpenConnectionAsync(cancel).ConfigureAwait(false);
        await using (connection.ConfigureAwait(false))
        {
            var batch = await _changes.ReadAsync(connection, _byTopic.Keys, Options.BatchSize, cancel).ConfigureAwait(false);
            var publishing = new Publishing(bus, _byTopic, cancel);
            await publishing.RunAsync(batch).ConfigureAwait(false);
            await _changes.ForgetAsync(connection, publishing).ConfigureAwait(false);
            cancel.ThrowIfCancellationRequested();
            if (publishing.Failure is { } failure)
            {
                Failed(RelayFault.Of(failure), failure);
                return true;
            }

            Recovered();
            return batch.Count < Options.BatchSize;
        }
    }

    private static async Task ConfirmAsync(LogicalReplicationConnection connection, DecodedChanges decoded, CancellationToken cancel)
    {
        var place = decoded is { Count: 0, IsBetween: true } && connection.LastReceivedLsn > decoded.Committed ? connection.LastReceivedLsn : decoded.Committed;
        if (place > connection.LastFlushedLsn)
        {
            connection.SetReplicationStatus(place);
            await connection.SendStatusUpdate(cancel).ConfigureAwait(false);
        }
    }
}
