using System.Collections.Concurrent;
using System.Data.Common;
using Aldis.Errors;
using Aldis.Events;
using Aldis.PostgreSql;
using Aldis.Transports;
using Npgsql;

namespace Aldis;

/// <summary>
/// What is written in transactions of the user: one row, and no lock for which anybody else waits. What they publish is due at once, and goes to its topic, or to another transport, when they
/// are committed.
/// </summary>
public sealed partial class PostgreSqlTransport : ITransactionStore
{
    /// <summary>Other names of the server.</summary>
    private readonly ConcurrentDictionary<(string? Host, int Port), bool> _alsoKnown = new();

    /// <inheritdoc/>
    ValueTask ITransactionStore.PublishAsync(DbTransaction transaction, Envelope envelope, CancellationToken cancel)
        => KeepAsync(transaction, new ScheduledEvent(envelope, null, null), cancel);

    /// <inheritdoc/>
    ValueTask ITransactionStore.ScheduleAsync(DbTransaction transaction, ScheduledEvent later, CancellationToken cancel) => KeepAsync(transaction, later, cancel);

    /// <inheritdoc/>
    async ValueTask<bool> ITransactionStore.TryEnterInboxAsync(DbTransaction transaction, InboxEntry entry, CancellationToken cancel)
    {
        var enter = new Call(Engine.Server.Texts.InboxEnter).With(entry.Group.Value).With(entry.Id.Value).With(entry.Keep.TotalMilliseconds);
        return await InAsync(transaction, enter, cancel).ConfigureAwait(false) is true;
    }

    private async ValueTask KeepAsync(DbTransaction transaction, ScheduledEvent one, CancellationToken cancel)
    {
        await InAsync(transaction, KeepOne(one), cancel).ConfigureAwait(false);
        Engine.Outbox.Expect();
    }

    private async ValueTask<object?> InAsync(DbTransaction transaction, Call call, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var (connection, own) = ConnectionOf(transaction);
        using var command = call.On(connection, own);
        try
        {
            await CheckServerAsync(connection, own).ConfigureAwait(false);
            return await command.ExecuteScalarAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not AldisException)
        {
            throw ServerFault.Explain(error, _address, wasSent: false);
        }
    }

    private (NpgsqlConnection Connection, NpgsqlTransaction Transaction) ConnectionOf(DbTransaction transaction)
    {
        if (transaction is not NpgsqlTransaction own)
        {
            throw Foreign($"It is a {transaction.GetType()}.");
        }

        NpgsqlConnection? connection;
        try
        {
            connection = own.Connection;
        }
        catch (ObjectDisposedException)
        {
            connection = null;
        }

        var expected = _address.ToBuilder().Database;
        return connection is null ? throw Foreign("It has ended.")
            : connection.Database == expected ? (connection, own)
            : throw Foreign($"Its connection is to the database '{connection.Database}', and the bus keeps its events in '{expected}'.");
    }

    /// <summary>Another server may have a database of the same name: where it is reached by another name than that of the bus, its tables must be those of the bus.</summary>
    private async ValueTask CheckServerAsync(NpgsqlConnection connection, NpgsqlTransaction transaction)
    {
        var server = (connection.Host, connection.Port);
        if (server == (_address.Host, _address.Port) || _alsoKnown.ContainsKey(server))
        {
            return;
        }

        object? there;
        try
        {
            using var command = new Call(Engine.Server.Texts.SchemaId).On(connection, transaction);
            there = await command.ExecuteScalarAsync(CancellationToken.None).ConfigureAwait(false);
        }
        catch (PostgresException error)
        {
            throw Foreign($"Its server, {connection.Host}:{connection.Port}, does not show the tables of the bus: {error.MessageText}.");
        }

        if (there is not Guid id || id != await Engine.Server.ScalarAsync<Guid>(new Call(Engine.Server.Texts.SchemaId)).ConfigureAwait(false))
        {
            throw Foreign($"Its server, {connection.Host}:{connection.Port}, has other tables than those of the bus.");
        }

        _alsoKnown.TryAdd(server, true);
    }

    private static AldisException Foreign(string why) => new(new Fault(ErrorCodes.ForeignTransaction, "A transaction is not one of the bus's database.", why));
}
