using Aldis.Transports.Tests.Failures;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>What happens while another program keeps the write lock of the file, and after it.</summary>
public sealed class LockedFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SqliteOptions _options;

    public LockedFileTests() => _options = new SqliteOptions
    {
        Path = _folder.File("events.db"), LockTimeout = TimeSpan.FromMilliseconds(100), Lease = TimeSpan.FromSeconds(1),
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_bus_cannot_start_and_says_why()
    {
        await using (await EventBus.StartAsync(bus => bus.UseSqlite(_options)))
        {
        }

        using (Databases.Lock(_options.Path))
        {
            var error = await Assert.ThrowsAnyAsync<AldisException>(async () => await EventBus.StartAsync(bus => bus
                .UseSqlite(_options).Subscribe<Noted>("group", (_, _) => ValueTask.CompletedTask)));
            Assert.Equal("ALD2007", error.Code);
        }

        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(_options));
        await bus.PublishAsync(new Noted("after"));
    }

    [Fact]
    public async Task A_publish_is_rejected_and_the_next_one_afterwards_is_not()
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(_options));
        using (Databases.Lock(_options.Path))
        {
            // The first opens the topic, the others find it failed.
            for (var attempt = 0; attempt < 3; attempt++)
            {
                await RejectedAsync(bus);
            }
        }

        await bus.PublishAsync(new Noted("after"));
        using (Databases.Lock(_options.Path))
        {
            await RejectedAsync(bus);
        }

        await bus.PublishAsync(new Noted("after"));
        Assert.Equal(2, StoredEvents.Ids(_options.Path).Count);
    }

    [Fact]
    public async Task A_consumer_goes_on_by_itself_afterwards()
    {
        var handled = new TaskCompletionSource();
        var failing = new TaskCompletionSource();
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(_options).Subscribe<Noted>("group", async (noted, _) =>
        {
            failing.TrySetResult();
            await handled.Task;
        }));
        await bus.PublishAsync(new Noted("one"));
        await failing.Task.WaitAsync(TimeSpan.FromSeconds(10));
        using (Databases.Lock(_options.Path))
        {
            handled.SetResult();
            await Until.TrueAsync(() => bus.Troubles.Count > 0);
        }

        await Until.TrueAsync(() => bus.Troubles.Count == 0);
        await Until.TrueAsync(() => StoredEvents.Count(_options.Path, "SELECT count(*) FROM aldis_event") == 0);
    }

    /// <summary>Else the lease would be renewed for as long as the process lives, and nobody would ever get what was held.</summary>
    [Fact]
    public async Task A_bus_that_stops_lets_go_of_what_it_holds()
    {
        var held = new TaskCompletionSource();
        var bus = await EventBus.StartAsync(bus =>
        {
            bus.DrainTimeout = TimeSpan.Zero;
            bus.UseSqlite(_options).Subscribe<Noted>("group", async (_, context) =>
            {
                held.TrySetResult();
                await Task.Delay(Timeout.Infinite, context.Cancellation);
            });
        });
        await bus.PublishAsync(new Noted("held"));
        await held.Task.WaitAsync(TimeSpan.FromSeconds(10));
        using (Databases.Lock(_options.Path))
        {
            await bus.DisposeAsync();
        }

        await HandledAsync();
    }

    [Fact]
    public async Task What_a_receiver_could_not_return_is_returned_with_its_transport()
    {
        var transport = await LeaseTests.OpenAsync(_options.Path, _options with { Lease = TimeSpan.FromMinutes(1) });
        var receiver = await transport.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
        await using (var sender = await transport.OpenSenderAsync(LeaseTests.Spec.Topic, CancellationToken.None))
        {
            await sender.SendAsync(new[] { Envelopes.Make("held") }, CancellationToken.None);
        }

        Assert.Equal(1, await receiver.ReceiveAsync(new Delivery[1], CancellationToken.None));
        using (Databases.Lock(_options.Path))
        {
            await receiver.DisposeAsync();
        }

        await transport.DisposeAsync();
        Assert.Equal(1, await HandledAsync());
    }

    private static async Task RejectedAsync(EventBus bus)
    {
        var error = await Assert.ThrowsAsync<PublishException>(async () => await bus.PublishAsync(new Noted("during")));
        Assert.False(error.MayBeStored);
        Assert.Contains("ALD2007", error.Message, StringComparison.Ordinal);
    }

    private async Task<int> HandledAsync()
    {
        var handled = new TaskCompletionSource<int>();
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(_options).Subscribe<Noted>("group", (_, context) =>
        {
            handled.TrySetResult(context.Attempt);
            return ValueTask.CompletedTask;
        }));
        return await handled.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
