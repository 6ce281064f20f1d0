using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.PostgreSql;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Transports.Tests.PostgreSql;

/// <summary>What a ledger publishes on another transport.</summary>
public sealed class RelayTests : IAsyncLifetime
{
    private readonly ConcurrentQueue<string> _published = new();
    private PostgreSqlOptions _options = null!;
    private PostgreSqlTransport _ledger = null!;
    private bool _isMended;

    public async ValueTask InitializeAsync()
    {
        _options = Postgres.Options((await Postgres.SharedAsync()).Uri);
        _ledger = new PostgreSqlTransport(_options, new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));
        await _ledger.StartAsync(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (_ledger is not null)
        {
            await _ledger.DisposeAsync();
            await Postgres.DropAsync(_options);
        }
    }

    [Fact]
    public async Task What_cannot_be_published_keeps_nobody_waiting_but_those_of_its_key()
    {
        // More than one batch of them, before all others.
        await KeepAsync([.. Enumerable.Range(0, 600).Select(number => KeptNote.Of($"bad {number}"))]);
        await KeepAsync([KeptNote.Of("good 1"), KeptNote.Of("bad a", "a"), KeptNote.Of("good a", "a"), KeptNote.Of("good b1", "b"), KeptNote.Of("good b2", "b")]);

        await Assert.ThrowsAsync<PublishException>(FireAsync);
        Assert.Equal(["good 1", "good b1", "good b2"], _published.Order());
        Assert.Equal(602, await CountAsync("schedule"));

        _isMended = true;
        await FireAsync();
        Assert.Equal(0, await CountAsync("schedule"));
        Assert.Equal(605, _published.Distinct().Count());
        Assert.Equal(605, _published.Count);
        Assert.Equal(["bad a", "good a"], _published.Where(text => text.EndsWith(" a", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task While_another_process_publishes_there_is_a_pause()
    {
        await KeepAsync([KeptNote.Of("good")]);
        await using var other = await Postgres.OpenAsync(_options.Connection);
        await using var hold = new Npgsql.NpgsqlCommand($"SELECT pg_advisory_lock({new Script(_options.Schema).Locks + 3}, 2)", other);
        await hold.ExecuteNonQueryAsync();
        Assert.Equal(TimeSpan.FromMilliseconds(250), await FireAsync());
        Assert.Empty(_published);
    }

    [Fact]
    public async Task What_is_due_is_found_by_an_index()
    {
        var texts = new Texts(new Script(_options.Schema));
        await using var connection = await Postgres.OpenAsync(_options.Connection);
        foreach (var (text, types, values, condition) in new[]
        {
            (texts.Due, "(int, text[], text[])", "(10, '{}', '{}')", "Index Cond: (due <="), (texts.ForgetInbox, "", "", "Index Cond: (until <="),
        })
        {
            await using var explain = new Npgsql.NpgsqlCommand($"SET enable_seqscan = off; SET enable_bitmapscan = off; PREPARE one{types} AS {text}; EXPLAIN EXECUTE one{values}", connection);
            var plan = new List<string>();
            await using (var reader = await explain.ExecuteReaderAsync())
            {
                while (await reader.ReadAsync())
                {
                    plan.Add(reader.GetString(0));
                }
            }

            Assert.Contains(plan, line => line.Contains(condition, StringComparison.Ordinal));
            await using var forget = new Npgsql.NpgsqlCommand("DEALLOCATE one", connection);
            await forget.ExecuteNonQueryAsync();
        }
    }

    [Fact]
    public async Task The_inbox_of_a_ledger_is_swept_though_nobody_receives_from_it()
    {
        await _ledger.RememberAsync([new InboxEntry(GroupName.Parse("readers"), EventId.New(TimeProvider.System), TimeSpan.FromMilliseconds(1))], CancellationToken.None);
        await Until.TrueAsync(async () => await CountAsync("inbox") == 0);
        Assert.Equal(0, await CountAsync("worker"));
    }

    [Fact]
    public async Task A_worker_that_is_lost_is_registered_again_once()
    {
        Assert.True(ServerAddress.TryParse(_options.Connection, out var address, out _));
        await using var server = new Server(_options, address, 20);
        using var session = new WorkerSession(server, TimeSpan.Zero, TimeProvider.System);
        await session.RegisterAsync(0, CancellationToken.None);
        await Postgres.ExecuteAsync(_options.Connection, $"DELETE FROM {_options.Schema}.worker");
        var lost = await session.RenewAsync();
        Assert.Equal(session.Worker, lost);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => session.RegisterAsync(lost, CancellationToken.None).AsTask()));
        Assert.Equal(1, await CountAsync("worker"));
        Assert.Equal(0, await session.RenewAsync());
    }

    private ValueTask KeepAsync(Envelope[] events) => _ledger.ScheduleAsync([.. events.Select(one => new ScheduledEvent(one, null, null))], CancellationToken.None);

    private Task<TimeSpan?> FireAsync() => _ledger.FireDueAsync((envelope, _) =>
    {
        var text = KeptNote.TextOf(envelope);
        if (!_isMended && text.StartsWith("bad", StringComparison.Ordinal))
        {
            throw new PublishException(envelope, mayBeStored: false, "no queue takes it", null);
        }

        _published.Enqueue(text);
        return ValueTask.CompletedTask;
    }, CancellationToken.None).AsTask();

    private Task<long> CountAsync(string table) => Postgres.CountAsync(_options.Connection, $"SELECT count(*) FROM {_options.Schema}.{table}");
}
