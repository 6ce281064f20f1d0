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
