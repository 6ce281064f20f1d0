using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Aldis.Events;
using Aldis.Transports.Tests.Failures;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>An event in the file that is not what was stored is not handed out: it is a dead letter that says so, and what is around it goes on.</summary>
public sealed class DamagedEventTests : IDisposable
{
    private const int PageSize = 4096;
    private const byte LeafOfTable = 0x0D;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Database => _folder.File("events.db");

    [Theory]
    [InlineData("body = x'7B7D'", "check sum")]
    [InlineData("key = 'other'", "check sum")]
    [InlineData("time = time + 1", "check sum")]
    [InlineData("sum = sum + 1", "check sum")]
    [InlineData("id = x'0011'", "Its id has 2 bytes")]
    [InlineData("headers = 'no header', sum = NULL", "a header without a value")]
    [InlineData("headers = 'Bad Name:1', sum = NULL", "ALD1002")]
    public async Task It_is_set_aside_and_the_others_are_handled(string damage, string reason)
    {
        await PublishAsync(5);
        Databases.Execute(Database, $"UPDATE aldis_event SET {damage} WHERE position & 7 = 3");
        Assert.False(SqliteCare.Check(Database).IsSound);
        var handled = new ConcurrentQueue<string>();
        await using var bus = await StartAsync(handled);
        await Until.TrueAsync(() => handled.Count == 4 && StoredEvents.Count(Database, "SELECT count(*) FROM aldis_event") == 0);
        Assert.Equal(["0", "1", "3", "4"], handled);
        var letter = Assert.Single(await bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToListAsync());
        Assert.StartsWith("ALD2012", letter.Reason, StringComparison.Ordinal);
        Assert.Contains(reason, letter.Reason, StringComparison.Ordinal);
        Assert.Empty(bus.Troubles);
    }

    [Fact]
    public async Task One_that_is_not_there_at_all_is_a_dead_letter_too_and_keeps_nothing_in_the_file()
    {
        await PublishAsync(5);
        Databases.Execute(Database, "DELETE FROM aldis_event WHERE position & 7 IN (1, 3)");
        var handled = new ConcurrentQueue<string>();
        await using var bus = await StartAsync(handled);
        await Until.TrueAsync(() => handled.Count == 3 && StoredEvents.Count(Database, "SELECT count(*) FROM aldis_event") == 0);
        var letters = await bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToListAsync();
        Assert.Equal(["Event 1 ", "Event 3 "], letters.Select(letter => letter.Reason[letter.Reason.IndexOf("Event", StringComparison.Ordinal)..][..8]));
        Assert.Equal(1, await bus.DeadLetters.DiscardAsync(new DeadLetterFilter { Id = letters[0].Envelope.Id }));
        Assert.Empty(bus.Troubles);
    }

    [Fact]
    public async Task It_can_be_replaced_and_comes_back_when_it_is_only_redriven()
    {
        await PublishAsync(1);
        Databases.Execute(Database, "UPDATE aldis_event SET body = x'00'");
        var handled = new ConcurrentQueue<string>();
        await using var bus = await StartAsync(handled);
        var letter = await LetterAsync(bus);
        Assert.Equal(1, await bus.DeadLetters.RedriveAsync(DeadLetterFilter.All));
        await Until.TrueAsync(() => bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToBlockingEnumerable().Any(again => again.DiedAt > letter.DiedAt));
        Assert.Empty(handled);
        Assert.True(await bus.DeadLetters.ReplaceAsync(letter, letter.Envelope with { Id = EventId.New(TimeProvider.System), Body = "{\"text\":\"mended\"}"u8.ToArray() }));
        await Until.TrueAsync(() => handled.Contains("mended"));
    }

    /// <summary>An event without a sum is of an earlier version, and is taken for what it is; what was made up for one that is not there, or has no id, must not be.</summary>
    [Theory]
    [InlineData("DELETE FROM aldis_event WHERE position & 7 = 1")]
    [InlineData("UPDATE aldis_event SET id = x'0011', sum = NULL WHERE position & 7 = 1")]
    public async Task What_was_made_up_in_its_place_is_not_handed_out_when_it_is_redriven(string damage)
    {
        await PublishAsync(2);
        Databases.Execute(Database, damage);
        var handled = new ConcurrentQueue<string>();
        await using var bus = await StartAsync(handled);
        var letter = await LetterAsync(bus);
        await Until.TrueAsync(() => handled.Count == 1);
        Assert.Equal(1, await bus.DeadLetters.RedriveAsync(DeadLetterFilter.All));
        await Until.TrueAsync(() => bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToBlockingEnumerable().Any(again => again.DiedAt > letter.DiedAt));
        Assert.StartsWith("ALD2012", (await LetterAsync(bus)).Reason, StringComparison.Ordinal);
        Assert.Equal(["1"], handled);
    }

    /// <summary>It waited to be tried again, and others of its key behind it.</summary>
    [Fact]
    public async Task One_that_others_of_its_key_wait_for_lets_them_pass()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using (var transport = await LeaseTests.OpenAsync(Database, time: time))
        {
            await using var receiver = await transport.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
            await using var sender = await transport.OpenSenderAsync(LeaseTests.Spec.Topic, CancellationToken.None);
            await sender.SendAsync(new[] { Envelopes.Make("first") with { Key = "a" } }, CancellationToken.None);
            await LeaseTests.SettleAsync(receiver, await LeaseTests.ReceiveAsync(receiver), Verdict.Retry(TimeSpan.FromHours(1)));
            await sender.SendAsync(new[] { Envelopes.Make("second") with { Key = "a" }, Envelopes.Make("third") }, CancellationToken.None);
            await LeaseTests.SettleAsync(receiver, await LeaseTests.ReceiveAsync(receiver), Verdict.Done);
        }

        Databases.Execute(Database, "UPDATE aldis_delivery SET body = x'00' WHERE state = 0");
        time.Advance(TimeSpan.FromHours(2));
        await using var again = await LeaseTests.OpenAsync(Database, time: time);
        await using var other = await again.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
        Assert.Equal("{\"text\":\"second\"}", Encoding.UTF8.GetString((await LeaseTests.ReceiveAsync(other)).Envelope.Body.Span));
        Assert.Equal(1, StoredEvents.Count(Database, "SELECT count(*) FROM aldis_delivery WHERE state = 2 AND reason LIKE 'ALD2012%'"));
    }

    /// <summary>A bit in the header of a row is enough to make another type of a value, which the tables do not take.</summary>
    [Fact]
    public async Task A_value_that_has_become_another_type_stops_nobody()
    {
        await PublishAsync(3);
        Databases.Execute(Database, """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(replace(sql, 'STRICT', ''), 'NOT NULL', '') WHERE name = 'aldis_event'
            """);
        Databases.Execute(Database, "UPDATE aldis_event SET source = NULL, time = 'late', headers = x'FF', id = 'none', body = 12 WHERE position & 7 = 2");
        var handled = new ConcurrentQueue<string>();
        await using var bus = await StartAsync(handled);
        await LetterAsync(bus);
        await Until.TrueAsync(() => handled.Count == 2);
        Assert.Empty(bus.Troubles);
    }

    [Fact]
    public async Task A_scheduled_one_keeps_no_other_from_being_published()
    {
        var handled = new ConcurrentQueue<string>();
        await using (var bus = await EventBus.StartAsync(bus => bus.UseSqlite(Database)))
        {
            foreach (var text in new[] { "one", "two", "three" })
            {
                await bus.PublishAsync(new Noted(text), new PublishOptions { After = TimeSpan.FromMilliseconds(100) });
            }

            await Until.TrueAsync(() => StoredEvents.Count(Database, "SELECT count(*) FROM aldis_schedule") + StoredEvents.Count(Database, "SELECT count(*) FROM aldis_event") == 3);
            Databases.Execute(Database, "UPDATE aldis_schedule SET body = x'00' WHERE instr(CAST(body AS TEXT), 'two') > 0; UPDATE aldis_event SET body = x'00' WHERE instr(CAST(body AS TEXT), 'two') > 0");
        }

        await using var again = await StartAsync(handled);
        await Until.TrueAsync(() => handled.Count == 2);
        Assert.Equal(["one", "three"], handled.Order(StringComparer.Ordinal));
        Assert.Contains(SqliteCare.Check(Database).Faults, fault => fault.Contains("is not what was stored", StringComparison.Ordinal));
    }

    /// <summary>Not an event but a page is damaged, while the file is in use: what is on it can be neither read nor moved.</summary>
    [Fact]
    public async Task A_damaged_page_stops_its_group_with_a_reason_and_no_other()
    {
        await using var transport = await LeaseTests.OpenAsync(Database);
        await using var sender = await transport.OpenSenderAsync(LeaseTests.Spec.Topic, CancellationToken.None);
        var spec = LeaseTests.Spec with { Topic = TopicName.Parse("other") };
        await sender.SendAsync(Enumerable.Range(0, 50).Select(number => Envelopes.Make($"needle {new string('x', 300)}")).ToArray(), CancellationToken.None);

        // Events of two topics may lie on one page; those of a topic between them keep these apart.
        await sender.SendAsync(Enumerable.Range(0, 50).Select(number => Envelopes.Make($"{number} {new string('x', 300)}") with { Topic = TopicName.Parse("between") }).ToArray(), CancellationToken.None);
        await sender.SendAsync(Enumerable.Range(0, 500).Select(number => Envelopes.Make($"{number} {new string('x', 300)}") with { Topic = spec.Topic }).ToArray(), CancellationToken.None);
        Databases.Execute(Database, "PRAGMA wal_checkpoint(TRUNCATE)");
        await OverwriteAsync(await LeafAsync("needle"));

        await using var damaged = await transport.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
        await using var sound = await transport.OpenReceiverAsync(spec with { MaxUnsettled = 100 }, CancellationToken.None);
        var handled = 0;
        for (var round = 0; handled < 400; round++)
        {
            var stopped = damaged.ReceiveAsync(new Delivery[100], CancellationToken.None).AsTask();
            var buffer = new Delivery[50];
            var count = await sound.ReceiveAsync(buffer, CancellationToken.None);
            Assert.Empty(await sound.SettleAsync(buffer[..count].Select(one => new Settlement(one, Verdict.Done, [])).ToArray(), CancellationToken.None));
            await sender.SendAsync(new[] { Envelopes.Make("more") with { Topic = spec.Topic } }, CancellationToken.None);
            var error = await Assert.ThrowsAsync<TransportException>(() => stopped);
            Assert.Equal("ALD2006", error.Code);
            handled += count;
        }
    }

    /// <summary>A page of events that have a word in them; an inner page may have some that it had before the table grew. Looked for in a copy: who opens the file itself beside SQLite takes its locks away.</summary>
    private async Task<int> LeafAsync(string word)
    {
        SqliteCare.BackUp(Database, _folder.File("copy.db"));
        var bytes = await File.ReadAllBytesAsync(_folder.File("copy.db"));
        var needle = Encoding.UTF8.GetBytes(word);
        return Enumerable.Range(1, (bytes.Length / PageSize) - 1).First(page => bytes[page * PageSize] == LeafOfTable && bytes.AsSpan(page * PageSize, PageSize).IndexOf(needle) >= 0);
    }

    /// <summary>Another process does it, for the same reason.</summary>
    private async Task OverwriteAsync(int page)
    {
        using var process = Process.Start(new ProcessStartInfo("dd", ["if=/dev/urandom", $"of={Database}", $"bs={PageSize}", $"seek={page}", "count=1", "conv=notrunc", "status=none"]))!;
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task What_is_no_text_at_all_is_what_was_stored()
    {
        var half = "half \ud83d of a pair";
        await using var transport = await LeaseTests.OpenAsync(Database);
        await using var sender = await transport.OpenSenderAsync(LeaseTests.Spec.Topic, CancellationToken.None);
        await sender.SendAsync(new[] { Envelopes.Make("whole") with { Key = half, Source = half, ContentType = half, Type = half, Headers = Headers.Empty.With("half", half) } }, CancellationToken.None);
        await using var receiver = await transport.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
        Assert.Equal(half.Replace('\ud83d', '\ufffd'), (await LeaseTests.ReceiveAsync(receiver)).Envelope.Key);
    }

    private ValueTask<EventBus> StartAsync(ConcurrentQueue<string> handled) => EventBus.StartAsync(bus => bus.UseSqlite(Database).Subscribe<Noted>("group", (noted, _) =>
    {
        handled.Enqueue(noted.Text);
        return ValueTask.CompletedTask;
    }, new SubscriptionOptions { Concurrency = 1 }));

    private async Task PublishAsync(int count)
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(Database));
        for (var number = 0; number < count; number++)
        {
            await bus.PublishAsync(new Noted(number.ToString(CultureInfo.InvariantCulture)));
        }
    }

    private static async Task<DeadLetter> LetterAsync(EventBus bus)
    {
        await Until.TrueAsync(() => bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToBlockingEnumerable().Any());
        return await bus.DeadLetters.ListAsync(DeadLetterFilter.All).FirstAsync();
    }
}
