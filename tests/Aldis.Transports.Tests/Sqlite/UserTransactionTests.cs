using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Errors;
using Aldis.Transports.Tests.Failures;
using Microsoft.Data.Sqlite;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Events that are published, and handled, in transactions of the user's own.</summary>
public sealed class UserTransactionTests : IAsyncLifetime
{
    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentQueue<string> _handled = new();
    private SqliteConnection _shop = null!;

    private string File => _folder.File("shop.db");

    private SqliteOptions Options => new() { Path = File, ShareFile = true };

    public ValueTask InitializeAsync()
    {
        _shop = Databases.Open(File);
        Databases.Execute(_shop, "PRAGMA journal_mode = WAL; CREATE TABLE orders (id TEXT)");
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync()
    {
        _shop.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_event_is_committed_with_the_rows_of_its_publisher(bool deferred)
    {
        await using var bus = await StartAsync();
        EventId id;
        using (var transaction = _shop.BeginTransaction(deferred))
        {
            Insert(transaction, "1");
            var published = await bus.PublishAsync(new Noted("1"), transaction);
            Assert.Equal(Durability.Stored, published.Level);
            id = published.Id;
            Assert.Empty(StoredEvents.Ids(File));
            transaction.Commit();
        }

        await Until.TrueAsync(() => !_handled.IsEmpty);
        Assert.Equal([$"1 {id}"], _handled);
        await bus.PublishAsync(new Noted("2"));
        await Until.TrueAsync(() => _handled.Count == 2);
    }

    [Fact]
    public async Task An_event_vanishes_with_the_rows_of_its_publisher_and_leaves_no_gap()
    {
        await using var bus = await StartAsync();
        await bus.PublishAsync(new Noted("before"));
        using (var transaction = _shop.BeginTransaction())
        {
            Insert(transaction, "1");
            await bus.PublishAsync(new Noted("1"), transaction);
        }

        await bus.PublishAsync(new Noted("after"));
        await Until.TrueAsync(() => _handled.Count == 2);
        Assert.Equal(["before", "after"], Texts());
        Assert.Equal(2, StoredEvents.Count(File, "SELECT last FROM aldis_topic WHERE name = 'noted'"));
    }

    [Fact]
    public async Task Publishers_with_transactions_and_without_give_each_event_its_number()
    {
        await using var bus = await StartAsync();
        var publishing = Enumerable.Range(0, 4).Select(async writer =>
        {
            for (var number = 0; number < 25; number++)
            {
                await bus.PublishAsync(new Noted($"{writer}-{number}"));
            }
        }).ToArray();
        for (var number = 0; number < 25; number++)
        {
            using var transaction = _shop.BeginTransaction();
            await bus.PublishAsync(new Noted($"a-{number}"), transaction);
            await bus.PublishAsync(new Noted($"b-{number}"), transaction);
            Insert(transaction, $"{number}");
            transaction.Commit();
        }

        await Task.WhenAll(publishing);
        await Until.TrueAsync(() => _handled.Count == 150);
        Assert.Equal(150, _handled.Distinct().Count());
        Assert.All(Texts().GroupBy(text => text.Split('-')[0]), writer => Assert.Equal(writer.OrderBy(text => int.Parse(text.Split('-')[1], null)), writer));
    }

    [Fact]
    public async Task Its_id_key_and_headers_are_those_that_the_publisher_gives()
    {
        var seen = new TaskCompletionSource<(EventId, string?, string?)>();
        await using var bus = await StartAsync((_, context) =>
        {
            seen.TrySetResult((context.Id, context.Key, context.Headers["tenant"]));
            return ValueTask.CompletedTask;
        });
        var id = EventId.New(TimeProvider.System);
        using (var transaction = _shop.BeginTransaction())
        {
            await bus.PublishAsync(new Noted("1"), transaction, new PublishOptions { Id = id, Key = "k", Headers = Headers.Of(("tenant", "blue")) });
            transaction.Commit();
        }

        Assert.Equal((id, "k", "blue"), await seen.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task An_event_for_later_is_kept_with_the_transaction_and_comes_then()
    {
        await using var bus = await StartAsync();
        using (var transaction = _shop.BeginTransaction())
        {
            await bus.PublishAsync(new Noted("never"), transaction, new PublishOptions { After = TimeSpan.Zero });
        }

        using (var transaction = _shop.BeginTransaction())
        {
            await bus.PublishAsync(new Noted("soon"), transaction, new PublishOptions { After = TimeSpan.FromMilliseconds(50) });
            await bus.PublishAsync(new Noted("late"), transaction, new PublishOptions { At = DateTimeOffset.UtcNow.AddHours(1) });
            transaction.Commit();
        }

        await Until.TrueAsync(() => !_handled.IsEmpty);
        Assert.Equal(["soon"], Texts());
        Assert.Equal(1, StoredEvents.Count(File, "SELECT count(*) FROM aldis_schedule"));
    }

    [Fact]
    public async Task With_a_transport_elsewhere_the_ledger_hands_it_on_after_the_commit()
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseTransport(context => new SlowTransport(context.Time, "none")).UseSqliteLedger(Options)
            .Subscribe<Noted>("readers", NoteAsync));
        EventId id;
        using (var transaction = _shop.BeginTransaction())
        {
            id = (await bus.PublishAsync(new Noted("1"), transaction)).Id;
            transaction.Commit();
        }

        using (var transaction = _shop.BeginTransaction())
        {
            await bus.PublishAsync(new Noted("never"), transaction);
        }

        await Until.TrueAsync(() => !_handled.IsEmpty);
        Assert.Equal([$"1 {id}"], _handled);
        await Until.TrueAsync(() => StoredEvents.Count(File, "SELECT count(*) FROM aldis_schedule") == 0);
    }

    [Fact]
    public async Task A_transaction_that_is_not_one_of_the_file_is_refused()
    {
        await using var bus = await StartAsync();
        using var other = Databases.Open(_folder.File("other.db"));
        using var memory = new SqliteConnection("Data Source=:memory:");
        memory.Open();
        using var ended = _shop.BeginTransaction();
        ended.Commit();
        foreach (var (transaction, why) in ((SqliteTransaction, string)[])[(other.BeginTransaction(), "other.db"), (memory.BeginTransaction(), "a database in memory"), (ended, "It has ended.")])
        {
            var error = await Assert.ThrowsAsync<AldisException>(async () => await bus.PublishAsync(new Noted("1"), transaction));
            Assert.Equal("ALD1430", error.Code);
            Assert.Contains(why, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_bus_that_keeps_nothing_in_a_database_says_so()
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseInMemory().AddEvent<Noted>());
        using var transaction = _shop.BeginTransaction();
        var error = await Assert.ThrowsAsync<AldisException>(async () => await bus.PublishAsync(new Noted("1"), transaction));
        Assert.Equal("ALD1306", error.Code);
    }

    [Fact]
    public async Task A_link_to_the_file_is_the_file()
    {
        await using var bus = await StartAsync();
        var link = _folder.File("link.db");
        System.IO.File.CreateSymbolicLink(link, File);
        using var connection = Databases.Open(link);
        using (var transaction = connection.BeginTransaction())
        {
            await bus.PublishAsync(new Noted("1"), transaction);
            transaction.Commit();
        }

        await Until.TrueAsync(() => _handled.Count == 1);
    }

    [Fact]
    public async Task What_cannot_be_written_leaves_the_transaction_as_it_was()
    {
        await using var bus = await StartAsync();
        using (var transaction = _shop.BeginTransaction())
        {
            Insert(transaction, "1");
            Databases.Execute(_shop, "CREATE TEMP TRIGGER refuse BEFORE UPDATE OF last ON main.aldis_topic WHEN new.last <> old.last BEGIN SELECT raise(ABORT, 'no'); END", transaction);
            var error = await Assert.ThrowsAsync<PublishException>(async () => await bus.PublishAsync(new Noted("1"), transaction));
            Assert.False(error.MayBeStored);
            Databases.Execute(_shop, "DROP TRIGGER refuse", transaction);
            await bus.PublishAsync(new Noted("2"), transaction);
            transaction.Commit();
        }

        await Until.TrueAsync(() => _handled.Count == 1);
        Assert.Equal(["2"], Texts());
        Assert.Equal(1, StoredEvents.Count(File, "SELECT count(*) FROM orders"));
    }

    /// <summary>The engine's writer waits for the user, and the user for the writer; neither is told that the database is locked.</summary>
    [Fact]
    public async Task A_transaction_that_takes_three_seconds_keeps_the_others_waiting_and_breaks_nothing()
    {
        await using var bus = await StartAsync();
        var began = Stopwatch.GetTimestamp();
        Task[] others;
        using (var transaction = _shop.BeginTransaction())
        {
            Insert(transaction, "1");
            await bus.PublishAsync(new Noted("slow"), transaction);
            others = [.. Enumerable.Range(0, 20).Select(number => bus.PublishAsync(new Noted($"{number}")).AsTask())];
            await Task.Delay(TimeSpan.FromSeconds(3));
            Assert.DoesNotContain(others, publish => publish.IsCompleted);
            transaction.Commit();
        }

        await Task.WhenAll(others);
        await Until.TrueAsync(() => _handled.Count == 21);
        Assert.InRange(Stopwatch.GetElapsedTime(began), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(10));
        Assert.Empty(bus.Troubles);
    }

    [Fact]
    public async Task The_effect_of_an_event_and_its_memory_are_one_transaction()
    {
        var (fails, commits) = (2, 0);
        await using var bus = await EffectAsync(() => fails-- > 0, () => commits++);
        var id = EventId.New(TimeProvider.System);
        for (var copy = 0; copy < 3; copy++)
        {
            await bus.PublishAsync(new Noted("1"), new PublishOptions { Id = id });
        }

        await bus.PublishAsync(new Noted("last"));
        await Until.TrueAsync(() => _handled.Contains("last"));
        await Until.TrueAsync(() => StoredEvents.Count(File, "SELECT count(*) FROM aldis_event") == 0);
        Assert.Equal(1, StoredEvents.Count(File, "SELECT count(*) FROM orders WHERE id = '1'"));
        Assert.Equal(2, StoredEvents.Count(File, "SELECT count(*) FROM aldis_inbox"));
        Assert.Equal(2, commits);
    }

    /// <summary>The handler commits and fails then: the next try finds the event in the inbox.</summary>
    [Fact]
    public async Task A_handler_that_fails_after_its_commit_is_told_that_it_was_handled()
    {
        var answers = new ConcurrentQueue<bool>();
        await using var bus = await StartAsync(async (noted, context) =>
        {
            using var connection = Databases.Open(File);
            using var transaction = connection.BeginTransaction();
            var isNew = await context.TryEnterInboxAsync(transaction);
            answers.Enqueue(isNew);
            if (isNew)
            {
                Insert(transaction, noted.Text);
                transaction.Commit();
                throw new TimeoutException("after the commit");
            }
        });
        await bus.PublishAsync(new Noted("1"));
        await Until.TrueAsync(() => answers.Count == 2);
        await Until.TrueAsync(() => StoredEvents.Count(File, "SELECT count(*) FROM aldis_event") == 0);
        Assert.Equal([true, false], answers);
        Assert.Equal(1, StoredEvents.Count(File, "SELECT count(*) FROM orders"));
    }

    [Fact]
    public async Task What_was_rolled_back_is_not_in_the_inbox_and_a_copy_is_handled()
    {
        var begun = 0;
        await using var bus = await StartAsync(async (_, context) =>
        {
            using var connection = Databases.Open(File);
            using var transaction = connection.BeginTransaction();
            Assert.True(await context.TryEnterInboxAsync(transaction));
            begun++;
        });
        var id = EventId.New(TimeProvider.System);
        await bus.PublishAsync(new Noted("1"), new PublishOptions { Id = id });
        await bus.PublishAsync(new Noted("1"), new PublishOptions { Id = id });
        await Until.TrueAsync(() => begun == 2);
        Assert.Equal(0, StoredEvents.Count(File, "SELECT count(*) FROM aldis_inbox"));
    }

    [Fact]
    public async Task A_group_without_an_inbox_is_told_what_to_do()
    {
        var error = new TaskCompletionSource<AldisException>();
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(Options).Subscribe<Noted>("readers", async (_, context) =>
        {
            using var transaction = _shop.BeginTransaction();
            error.TrySetResult(await Assert.ThrowsAsync<AldisException>(async () => await context.TryEnterInboxAsync(transaction)));
        }));
        await bus.PublishAsync(new Noted("1"));
        var told = await error.Task.WaitAsync(TimeSpan.FromSeconds(10));
        Assert.Equal(ErrorCodes.InvalidOption, told.Fault.Code);
        Assert.Contains("The group 'readers' has no inbox.", told.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Each_event_of_a_batch_is_entered_in_one_transaction_of_the_batch()
    {
        var commits = 0;
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(Options).SubscribeBatch<Noted>("readers", async (events, context) =>
        {
            using var connection = Databases.Open(File);
            using var transaction = connection.BeginTransaction();
            for (var index = 0; index < events.Count; index++)
            {
                if (events[index].Text == "bad")
                {
                    context.Dead(index, "bad");
                }
                else if (await context[index].TryEnterInboxAsync(transaction))
                {
                    Insert(transaction, events[index].Text);
                }
            }

            transaction.Commit();
            commits++;
        }, new SubscriptionOptions { Inbox = new InboxOptions(), Batch = new BatchOptions { MaxItems = 50, MaxWait = TimeSpan.FromMilliseconds(200) } }));
        await Task.WhenAll(Enumerable.Range(0, 100).Select(number => bus.PublishAsync(new Noted(number == 42 ? "bad" : $"{number}")).AsTask()));
        await Until.TrueAsync(() => StoredEvents.Count(File, "SELECT count(*) FROM orders") == 99);
        await Until.TrueAsync(() => StoredEvents.Count(File, "SELECT count(*) FROM aldis_delivery WHERE state IN (2, 4)") == 1);
        Assert.InRange(commits, 2, 10);
        Assert.Equal(99, StoredEvents.Count(File, "SELECT count(*) FROM aldis_inbox"));
    }

    private static void Insert(SqliteTransaction transaction, string id) => Databases.Execute(transaction.Connection!, $"INSERT INTO orders (id) VALUES ('{id}')", transaction);

    private IEnumerable<string> Texts() => _handled.Select(one => one.Split(' ')[0]);

    private ValueTask NoteAsync(Noted noted, EventContext context)
    {
        _handled.Enqueue($"{noted.Text} {context.Id}");
        return ValueTask.CompletedTask;
    }

    private async Task<EventBus> StartAsync(Func<Noted, EventContext, ValueTask>? handle = null)
        => await EventBus.StartAsync(bus => bus.UseSqlite(Options).Subscribe<Noted>("readers", handle ?? NoteAsync, new SubscriptionOptions { Inbox = new InboxOptions() }));

    private Task<EventBus> EffectAsync(Func<bool> fails, Action committed) => StartAsync(async (noted, context) =>
    {
        using var connection = Databases.Open(File);
        using var transaction = connection.BeginTransaction();
        if (!await context.TryEnterInboxAsync(transaction))
        {
            return;
        }

        Insert(transaction, noted.Text);
        if (fails())
        {
            throw new TimeoutException("before the commit");
        }

        transaction.Commit();
        committed();
        _handled.Enqueue(noted.Text);
    });
}
