using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports.Tests.Failures;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>How a worker keeps what it holds, and how others get it once the worker is gone.</summary>
public sealed class LeaseTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_shortest_lease_is_renewed_in_time_while_a_handler_runs_long()
    {
        var options = new SqliteOptions { Path = _folder.File("events.db"), Lease = TimeSpan.FromSeconds(1) };
        var attempts = new ConcurrentQueue<int>();
        await using (await StartAsync())
        await using (var bus = await StartAsync())
        {
            await bus.PublishAsync(new Noted("long"));
            Assert.True(SpinWait.SpinUntil(() => !attempts.IsEmpty, TimeSpan.FromSeconds(10)));
        }

        Assert.Equal([1], attempts);

        ValueTask<EventBus> StartAsync() => EventBus.StartAsync(bus => bus.UseSqlite(options).Subscribe<Noted>("group", async (_, context) =>
        {
            attempts.Enqueue(context.Attempt);
            await Task.Delay(TimeSpan.FromSeconds(3));
        }));
    }

    [Fact]
    public async Task A_worker_that_was_removed_registers_again_before_it_holds_anything()
    {
        var file = _folder.File("events.db");
        await using var transport = await OpenAsync(file);
        await using var receiver = await transport.OpenReceiverAsync(Spec, CancellationToken.None);
        await using var sender = await transport.OpenSenderAsync(Spec.Topic, CancellationToken.None);
        Databases.Execute(file, "DELETE FROM aldis_worker");
        await sender.SendAsync(new[] { Envelopes.Make("one") }, CancellationToken.None);
        Assert.Equal(1, await receiver.ReceiveAsync(new Delivery[1], CancellationToken.None));
        Assert.Equal(0, StoredEvents.Count(file, "SELECT count(*) FROM aldis_claim WHERE worker NOT IN (SELECT id FROM aldis_worker)"));
    }

    /// <summary>The clock stands still, so that nothing but the settlement of one can wake the receiver for the next.</summary>
    [Fact]
    public async Task Events_whose_lease_was_lost_follow_each_other_without_a_wait()
    {
        const int count = 20;
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        var file = _folder.File("events.db");
        await using var silent = await OpenAsync(file, time: time);
        await using var receiver = await silent.OpenReceiverAsync(Spec with { MaxUnsettled = count }, CancellationToken.None);
        await using var sender = await silent.OpenSenderAsync(Spec.Topic, CancellationToken.None);
        await sender.SendAsync(Enumerable.Range(0, count).Select(number => Envelopes.Make($"{number}")).ToArray(), CancellationToken.None);
        Assert.Equal(count, await receiver.ReceiveAsync(new Delivery[count], CancellationToken.None));
        Databases.Execute(file, "UPDATE aldis_worker SET lease_until = 0");

        using var handled = new CountdownEvent(count);
        await using var bus = await EventBus.StartAsync(bus =>
        {
            bus.Time = time;
            bus.UseSqlite(file).Subscribe<Noted>("group", (_, _) =>
            {
                handled.Signal();
                return ValueTask.CompletedTask;
            });
        });
        Assert.True(handled.Wait(TimeSpan.FromSeconds(20)), $"{handled.CurrentCount} were not handled");
    }

    /// <summary>The number of a row that was deleted is given to the next one: its lease must not be that of the row before.</summary>
    [Fact]
    public async Task A_late_settlement_is_refused_although_its_row_is_another_event_by_now()
    {
        var file = _folder.File("events.db");
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
        await using var silent = await OpenAsync(file, time: time);
        await using var late = await silent.OpenReceiverAsync(Spec, CancellationToken.None);
        var one = await RetriedAsync(silent, late, "one");
        Databases.Execute(file, "UPDATE aldis_worker SET lease_until = 0");

        await using var other = await OpenAsync(file, time: time);
        await using var receiver = await other.OpenReceiverAsync(Spec, CancellationToken.None);
        Assert.Empty(await SettleAsync(receiver, await ReceiveAsync(receiver), Verdict.Done));
        var two = await RetriedAsync(other, receiver, "two");
        Assert.Single(await SettleAsync(late, one, Verdict.Done));
        Assert.Empty(await SettleAsync(receiver, two, Verdict.Done));

        static async Task<Delivery> RetriedAsync(SqliteTransport transport, IReceiver receiver, string text)
        {
            await using var sender = await transport.OpenSenderAsync(Spec.Topic, CancellationToken.None);
            await sender.SendAsync(new[] { Envelopes.Make(text) }, CancellationToken.None);
            await SettleAsync(receiver, await ReceiveAsync(receiver), Verdict.Retry(TimeSpan.Zero));
            return await ReceiveAsync(receiver);
        }
    }

    /// <summary>It believes that it holds still what it has lost: of a key, nothing may come to it that is behind that.</summary>
    [Fact]
    public async Task Who_was_silent_beyond_its_lease_gets_a_key_from_its_first_event_on()
    {
        var (time, file) = (new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), _folder.File("events.db"));
        await using var silent = await OpenAsync(file, time: time);
        await using var receiver = await silent.OpenReceiverAsync(Spec, CancellationToken.None);
        var rows = await LeasedRowsAsync(silent, receiver, "a1", "a2");
        await using var other = await LoseAsync(file, time);
        await using var second = await other.OpenReceiverAsync(Spec, CancellationToken.None);
        Assert.Equal(rows[0].Envelope.Id, (await ReceiveAsync(second)).Envelope.Id);

        using var enough = new CancellationTokenSource();
        var buffer = new Delivery[10];
        var receiving = receiver.ReceiveAsync(buffer, enough.Token).AsTask();
        for (var job = 0; job < 3; job++)
        {
            // The writer does one job after another: first the claim that finds the worker lost, then its registration, then the claim anew.
            await silent.OpenSenderAsync(Spec.Topic, CancellationToken.None);
        }

        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
    }

    /// <summary>What waits behind the first is parked then, what waits behind that is not: no event may wait for one that waits for it.</summary>
    [Fact]
    public async Task Who_is_lost_while_it_returns_a_keys_events_leaves_none_that_never_comes()
    {
        var (time, file) = (new FakeTimeProvider(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero)), _folder.File("events.db"));
        await using var silent = await OpenAsync(file, time: time);
        await using var receiver = await silent.OpenReceiverAsync(Spec, CancellationToken.None);
        var rows = await LeasedRowsAsync(silent, receiver, "a1", "a2", "a3");
        await SettleAsync(receiver, rows[0], Verdict.Retry(TimeSpan.Zero));
        await SettleAsync(receiver, rows[1], Verdict.Return);
        await using var other = await LoseAsync(file, time);
        await using var second = await other.OpenReceiverAsync(Spec, CancellationToken.None);
        foreach (var row in rows)
        {
            var next = await ReceiveAsync(second);
            Assert.Equal(row.Envelope.Id, next.Envelope.Id);
            await SettleAsync(second, next, Verdict.Done);
        }
    }

    /// <summary>Has a receiver hold events of one key that were tried before.</summary>
    private static async Task<Delivery[]> LeasedRowsAsync(SqliteTransport transport, IReceiver receiver, params string[] texts)
    {
        await using var sender = await transport.OpenSenderAsync(Spec.Topic, CancellationToken.None);
        await sender.SendAsync(texts.Select(text => Envelopes.Make(text) with { Key = "a" }).ToArray(), CancellationToken.None);
        var buffer = new Delivery[texts.Length];
        Assert.Equal(texts.Length, await receiver.ReceiveAsync(buffer, CancellationToken.None));
        await receiver.SettleAsync(buffer.Reverse().Select(delivery => new Settlement(delivery, Verdict.Return, [])).ToArray(), CancellationToken.None);
        var rows = new List<Delivery>();
        while (rows.Count < texts.Length)
        {
            rows.AddRange(buffer[..await receiver.ReceiveAsync(buffer, CancellationToken.None)]);
        }

        return [.. rows];
    }

    /// <summary>Has all workers taken for dead by a new one.</summary>
    private static async Task<SqliteTransport> LoseAsync(string file, TimeProvider time)
    {
        Databases.Execute(file, "UPDATE aldis_worker SET lease_until = 0");
        return await OpenAsync(file, time: time);
    }

    internal static async Task<Delivery> ReceiveAsync(IReceiver receiver)
    {
        var buffer = new Delivery[1];
        Assert.Equal(1, await receiver.ReceiveAsync(buffer, CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
        return buffer[0];
    }

    internal static ValueTask<IReadOnlyList<Settlement>> SettleAsync(IReceiver receiver, Delivery delivery, Verdict verdict)
        => receiver.SettleAsync(new[] { new Settlement(delivery, verdict, []) }, CancellationToken.None);

    internal static ReceiverSpec Spec { get; } = new(TopicName.Parse("noted"), GroupName.Parse("group"), 10);

    internal static async Task<SqliteTransport> OpenAsync(
        string file, SqliteOptions? options = null, TimeProvider? time = null, ILoggerFactory? loggers = null)
    {
        var transport = new SqliteTransport(
            (options ?? new SqliteOptions { Path = file }) with { Path = file },
            new TransportContext(time ?? TimeProvider.System, loggers ?? NullLoggerFactory.Instance));
        await transport.StartAsync(CancellationToken.None);
        return transport;
    }
}
