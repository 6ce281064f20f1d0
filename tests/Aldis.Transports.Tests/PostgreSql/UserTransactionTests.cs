using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Transports.Tests.Failures;
using Aldis.Transports.Tests.Sqlite;
using Npgsql;

namespace Aldis.Transports.Tests.PostgreSql;

/// <summary>Events that are published, and handled, in transactions of the user's own.</summary>
public sealed class UserTransactionTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _handled = new();
    private PostgreSqlOptions _options = null!;
    private NpgsqlConnection _shop = null!;

    public async ValueTask InitializeAsync()
    {
        _options = Postgres.Options((await Postgres.SharedAsync()).Uri);
        _shop = await Postgres.OpenAsync(_options.Connection);
        await ExecuteAsync($"CREATE TABLE {_options.Schema}_orders (id text PRIMARY KEY)");
    }

    public async ValueTask DisposeAsync()
    {
        if (_shop is not null)
        {
            await ExecuteAsync($"DROP TABLE {_options.Schema}_orders");
            await _shop.DisposeAsync();
            await Postgres.DropAsync(_options);
        }
    }

    [Fact]
    public async Task An_event_is_committed_with_the_rows_of_its_publisher_and_comes_at_once()
    {
        await using var bus = await StartAsync();
        await using (var transaction = await _shop.BeginTransactionAsync())
        {
            await InsertAsync(transaction, "1");
            var published = await bus.PublishAsync(new Noted("1"), transaction);
            Assert.Equal(Durability.Stored, published.Level);
            await transaction.CommitAsync();
        }

        var took = await Until.TrueAsync(() => !_handled.IsEmpty, everyMs: 1);
        Assert.Equal(["1"], _handled);
        Assert.InRange(took, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task An_event_vanishes_with_the_rows_of_its_publisher()
    {
        await using var bus = await StartAsync();
        await using (var transaction = await _shop.BeginTransactionAsync())
        {
            await InsertAsync(transaction, "1");
            await bus.PublishAsync(new Noted("1"), transaction);
            await transaction.RollbackAsync();
        }

        await bus.PublishAsync(new Noted("2"));
        await Until.TrueAsync(() => !_handled.IsEmpty);
        Assert.Equal(["2"], _handled);
        Assert.Equal(0, await Postgres.CountAsync(_options.Connection, $"SELECT count(*) FROM {_options.Schema}.schedule"));
    }

    [Fact]
    public async Task An_effect_and_the_note_that_it_is_done_are_committed_together()
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UsePostgreSql(_options).Subscribe<Noted>("readers", async (noted, context) =>
        {
            await using var connection = await Postgres.OpenAsync(_options.Connection);
            await using var transaction = await connection.BeginTransactionAsync();
            if (await context.TryEnterInboxAsync(transaction))
            {
                await InsertAsync(transaction, noted.Text);
                await transaction.CommitAsync();
            }

            _handled.Enqueue(noted.Text);
            if (context.Attempt == 1)
            {
                throw new InvalidOperationException("after the commit");
            }
        }, new SubscriptionOptions { Inbox = new InboxOptions(), Retry = new RetryPolicy { ImmediateRetries = 1 } }));
        await bus.PublishAsync(new Noted("1"));
        await Until.TrueAsync(() => !_handled.IsEmpty);
        await bus.PublishAsync(new Noted("2"));
        await Until.TrueAsync(async () => await Postgres.CountAsync(_options.Connection, $"SELECT count(*) FROM {_options.Schema}_orders") == 2);
    }

    [Fact]
    public async Task A_transaction_of_another_database_is_refused()
    {
        await using var other = await TemporaryDatabase.MakeAsync();
        await using var bus = await StartAsync();
        await using (var connection = await Postgres.OpenAsync(other.Uri))
        {
            await using var transaction = await connection.BeginTransactionAsync();
            var error = await Assert.ThrowsAsync<AldisException>(() => bus.PublishAsync(new Noted("1"), transaction).AsTask());
            Assert.Equal(ErrorCodes.ForeignTransaction, error.Fault.Code);
        }

        var ended = await _shop.BeginTransactionAsync();
        await ended.CommitAsync();
        await ended.DisposeAsync();
        var over = await Assert.ThrowsAsync<AldisException>(() => bus.PublishAsync(new Noted("1"), ended).AsTask());
        Assert.Equal(ErrorCodes.ForeignTransaction, over.Fault.Code);
    }

    [Fact]
    public async Task A_transaction_of_another_server_is_refused_though_its_database_has_the_same_name()
    {
        await using var other = await Postgres.OwnAsync("fsync=off");
        await using var bus = await StartAsync();
        await Postgres.ExecuteAsync(other.Uri, PostgreSqlScript.Text(_options.Schema));
        await using (var foreign = await Postgres.OpenAsync(other.Uri))
        {
            await using var transaction = await foreign.BeginTransactionAsync();
            var error = await Assert.ThrowsAsync<AldisException>(() => bus.PublishAsync(new Noted("1"), transaction).AsTask());
            Assert.Equal(ErrorCodes.ForeignTransaction, error.Fault.Code);
        }

        // The same server under another name.
        await using var same = await Postgres.OpenAsync(new UriBuilder(_options.Connection) { Host = "localhost" }.Uri.ToString());
        await using (var transaction = await same.BeginTransactionAsync())
        {
            await bus.PublishAsync(new Noted("2"), transaction);
            await transaction.CommitAsync();
        }

        await Until.TrueAsync(() => !_handled.IsEmpty);
        Assert.Equal(["2"], _handled);
    }

    private ValueTask<EventBus> StartAsync() => Postgres.StartAsync(_options, _handled);

    private async Task ExecuteAsync(string sql)
    {
        await using var command = new NpgsqlCommand(sql, _shop);
        await command.ExecuteNonQueryAsync();
    }

    private async Task InsertAsync(NpgsqlTransaction transaction, string id)
    {
        await using var command = new NpgsqlCommand($"INSERT INTO {_options.Schema}_orders VALUES ($1)", transaction.Connection, transaction) { Parameters = { new() { Value = id } } };
        await command.ExecuteNonQueryAsync();
    }
}
