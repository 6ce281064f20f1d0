using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports.Tests.Failures;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;
using static Aldis.Transports.Tests.Sqlite.LeaseTests;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>What a private group leaves in the file: nothing, however it ends.</summary>
public sealed class PrivateGroupTests : IDisposable
{
    private static readonly ReceiverSpec _private = Spec with { Group = GroupName.Parse("each-instance.1"), IsPrivate = true };

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public void Dispose() => _folder.Dispose();

    private string File => _folder.File("events.db");

    [Fact]
    public async Task An_event_stays_until_the_private_groups_have_seen_it_too_or_are_gone()
    {
        await using var transport = await OpenAsync(File);
        await using var durable = await transport.OpenReceiverAsync(Spec, CancellationToken.None);
        var mine = await transport.OpenReceiverAsync(_private, CancellationToken.None);
        await SendAsync(transport, "one");
        await SettleAsync(durable, await ReceiveAsync(durable), Verdict.Done);
        Assert.Equal(1, Count("aldis_event"));
        await SettleAsync(mine, await ReceiveAsync(mine), Verdict.Done);
        Assert.Equal(0, Count("aldis_event"));

        await SendAsync(transport, "two");
        await SettleAsync(durable, await ReceiveAsync(durable), Verdict.Done);
        Assert.Equal(1, Count("aldis_event"));
        await mine.DisposeAsync();
        Assert.Equal(0, Count("aldis_event"));
    }

    [Fact]
    public async Task Private_groups_alone_delete_nothing_that_is_kept_for_the_first_group()
    {
        await using var transport = await OpenAsync(File);
        var mine = await transport.OpenReceiverAsync(_private, CancellationToken.None);
        await SendAsync(transport, "one");
        await SettleAsync(mine, await ReceiveAsync(mine), Verdict.Done);
        await mine.DisposeAsync();
        Assert.Equal((1, 0), (Count("aldis_event"), Count("aldis_group")));
    }

    [Fact]
    public async Task Whoever_takes_over_from_a_silent_process_forgets_its_private_groups_with_all_they_have()
    {
        await using var silent = await OpenAsync(File, time: _time);
        await using var durable = await silent.OpenReceiverAsync(Spec, CancellationToken.None);
        var mine = await silent.OpenReceiverAsync(_private, CancellationToken.None);
        await SendAsync(silent, "dead", "retried", "leased again", "held", "waiting");
        Assert.Equal(5, await durable.ReceiveAsync(new Delivery[5], CancellationToken.None));
        await SettleAsync(mine, await ReceiveAsync(mine), Verdict.Dead("no use"));
        await SettleAsync(mine, await ReceiveAsync(mine), Verdict.Retry(TimeSpan.FromHours(1)));
        await SettleAsync(mine, await ReceiveAsync(mine), Verdict.Retry(TimeSpan.Zero));
        await ReceiveAsync(mine);
        await ReceiveAsync(mine);
        Databases.Execute(File, "UPDATE aldis_worker SET lease_until = 0");

        await using var other = await OpenAsync(File, time: _time);
        Assert.Equal(["group"], Texts("SELECT name FROM aldis_group"));
        Assert.Equal((0, 5, 5), (Count("aldis_claim"), Count("aldis_delivery"), Count("aldis_delivery WHERE lost = 1")));
    }

    [Fact]
    public async Task A_process_that_was_taken_for_dead_begins_its_private_group_anew_and_says_so()
    {
        using var log = new Warnings();
        await using var silent = await OpenAsync(File, time: _time, loggers: log);
        await using var mine = await silent.OpenReceiverAsync(_private, CancellationToken.None);
        await SendAsync(silent, "held");
        var held = await ReceiveAsync(mine);
        Databases.Execute(File, "UPDATE aldis_worker SET lease_until = 0");
        await using var other = await OpenAsync(File, time: _time);
        await SendAsync(other, "missed");

        var receiving = ReceiveAsync(mine);
        await Until.TrueAsync(() => Count("aldis_group") == 1);
        await SendAsync(silent, "after");
        var after = await receiving;
        Assert.Equal("""{"text":"after"}""", System.Text.Encoding.UTF8.GetString(after.Envelope.Body.Span));
        Assert.Single(await SettleAsync(mine, held, Verdict.Done));
        Assert.Empty(await SettleAsync(mine, after, Verdict.Done));
        Assert.Equal([2003], log.Ids);
    }

    /// <summary>SQLite would give the number of a deleted group to the next: its first owner, coming late, would take what is another's.</summary>
    [Fact]
    public async Task A_process_that_was_taken_for_dead_finds_no_other_group_in_the_place_of_its_own()
    {
        await using var silent = await OpenAsync(File, time: _time);
        await using var mine = await silent.OpenReceiverAsync(_private, CancellationToken.None);
        Databases.Execute(File, "UPDATE aldis_worker SET lease_until = 0");
        await using var other = await OpenAsync(File, time: _time);
        await using var first = await other.OpenReceiverAsync(Spec, CancellationToken.None);
        await SendAsync(other, "for the first group");

        using var enough = new CancellationTokenSource();
        var receiving = mine.ReceiveAsync(new Delivery[1], enough.Token).AsTask();
        await Until.TrueAsync(() => Count("aldis_group") == 2);
        Assert.False(receiving.IsCompleted);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        Assert.Equal(1, (await ReceiveAsync(first)).Attempt);
    }

    [Fact]
    public async Task A_private_group_that_could_not_be_forgotten_goes_with_its_transport()
    {
        var transport = await OpenAsync(File, new SqliteOptions { Path = File, LockTimeout = TimeSpan.Zero });
        var mine = await transport.OpenReceiverAsync(_private, CancellationToken.None);
        using (Databases.Lock(File))
        {
            await mine.DisposeAsync();
        }

        Assert.Equal(1, Count("aldis_group"));
        await transport.DisposeAsync();
        Assert.Equal(0, Count("aldis_group"));
    }

    /// <summary>An earlier version of Aldis that has the file open takes over from a dead process, and does not know of private groups.</summary>
    [Fact]
    public async Task A_private_group_that_was_left_without_its_worker_is_forgotten_when_the_next_process_comes()
    {
        await using var silent = await OpenAsync(File, time: _time);
        await using var mine = await silent.OpenReceiverAsync(_private, CancellationToken.None);
        Databases.Execute(File, "DELETE FROM aldis_worker");
        await using var other = await OpenAsync(File, time: _time);
        await using var durable = await other.OpenReceiverAsync(Spec, CancellationToken.None);
        Assert.Equal(["group"], Texts("SELECT name FROM aldis_group"));
    }

    [Fact]
    public async Task The_file_does_not_grow_with_the_starts_and_stops_of_instances()
    {
        var (seen, pages) = (new ConcurrentQueue<string>(), 0L);
        await using var durable = await EventBus.StartAsync(bus => bus.UseSqlite(File).Subscribe<Noted>("group", (_, _) => ValueTask.CompletedTask));
        for (var start = 1; start <= 200; start++)
        {
            await using (var instance = await EventBus.StartAsync(bus => bus.UseSqlite(File).Subscribe<Noted>(Group.EachInstance, (noted, _) =>
            {
                seen.Enqueue(noted.Text);
                return ValueTask.CompletedTask;
            })))
            {
                await instance.PublishAsync(new Noted($"{start}"));
                await Until.TrueAsync(() => seen.Count >= start, everyMs: 1);
            }

            pages = start == 10 ? Pages() : pages;
        }

        Assert.Equal(Enumerable.Range(1, 200).Select(start => $"{start}"), seen);
        await Until.TrueAsync(() => Count("aldis_event") + Count("aldis_claim") == 0);
        Assert.Equal((1, 1, 0), (Count("aldis_group"), Count("aldis_worker"), Count("aldis_delivery")));
        Assert.Equal(pages, Pages());
    }

    private static async Task SendAsync(SqliteTransport transport, params string[] texts)
    {
        await using var sender = await transport.OpenSenderAsync(Spec.Topic, CancellationToken.None);
        await sender.SendAsync(texts.Select(Envelopes.Make).ToArray(), CancellationToken.None);
    }

    private long Count(string table) => StoredEvents.Count(File, $"SELECT count(*) FROM {table}");

    private long Pages() => StoredEvents.Count(File, "PRAGMA page_count");

    private string[] Texts(string sql) => [.. StoredEvents.Query(File, sql).Cast<string>()];

    private sealed class Warnings : ILoggerFactory, ILogger
    {
        public ConcurrentQueue<int> Ids { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public void AddProvider(ILoggerProvider provider)
        {
        }

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= LogLevel.Warning;

        public void Log<TState>(
            LogLevel logLevel, Microsoft.Extensions.Logging.EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
            => Ids.Enqueue(eventId.Id);

        public void Dispose()
        {
        }
    }
}
