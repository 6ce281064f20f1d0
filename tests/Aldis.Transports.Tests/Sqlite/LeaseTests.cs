using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports.Tests.Failures;
using Microsoft.Extensions.Logging.Abstractions;

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

    internal static ReceiverSpec Spec { get; } = new(TopicName.Parse("noted"), GroupName.Parse("group"), 10);

    internal static async Task<SqliteTransport> OpenAsync(string file, SqliteOptions? options = null)
    {
        var transport = new SqliteTransport(
            (options ?? new SqliteOptions { Path = file }) with { Path = file }, new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));
        await transport.StartAsync(CancellationToken.None);
        return transport;
    }
}
