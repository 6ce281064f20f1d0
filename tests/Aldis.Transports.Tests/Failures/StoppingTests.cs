using System.Collections.Concurrent;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Failures;

/// <summary>A bus that stops while it is at work: what was acknowledged is stored, what was not fails, and nothing hangs.</summary>
public sealed class StoppingTests : IDisposable
{
    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Publishers_that_race_the_stop_end_and_what_they_were_told_holds()
    {
        for (var round = 0; round < 10; round++)
        {
            var file = _folder.File($"{round}.db");
            var told = new ConcurrentBag<string>();
            var begun = new TaskCompletionSource();
            var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).AddEvent<Noted>().AddEvent<Other>());
            var publishers = Enumerable.Range(0, 8).Select(async number =>
            {
                await Task.Yield();
                await Assert.ThrowsAnyAsync<AldisException>(async () =>
                {
                    while (true)
                    {
                        var published = number % 2 == 0 ? await bus.PublishAsync(new Noted("race")) : await bus.PublishAsync(new Other());
                        told.Add(published.Id.ToString());
                        begun.TrySetResult();
                    }
                });
            }).ToArray();
            if (round % 2 == 0)
            {
                await begun.Task.WaitAsync(_limit);
            }

            await bus.DisposeAsync().AsTask().WaitAsync(_limit);
            await Task.WhenAll(publishers).WaitAsync(_limit);
            Assert.Empty(told.Except(StoredEvents.Ids(file)));
        }
    }

    [Fact]
    public async Task A_handler_that_is_being_waited_for_can_publish()
    {
        var begun = new TaskCompletionSource();
        var stopping = new TaskCompletionSource();
        var file = _folder.File("events.db");
        EventBus? bus = null;
        bus = await EventBus.StartAsync(builder => builder.UseSqlite(file).AddEvent<Other>().Subscribe<Noted>("group", async (_, _) =>
        {
            begun.SetResult();
            await stopping.Task;
            await bus!.PublishAsync(new Other());
        }, new SubscriptionOptions { Retry = new RetryPolicy { MaxAttempts = 1, ImmediateRetries = 0 } }));
        await bus.PublishAsync(new Noted("last"));
        await begun.Task.WaitAsync(_limit);
        var stopped = bus.DisposeAsync().AsTask();
        stopping.SetResult();
        await stopped.WaitAsync(_limit);
        Assert.Equal(0, StoredEvents.Count(file, "SELECT count(*) FROM aldis_delivery"));
        Assert.Equal(1, StoredEvents.Count(file, "SELECT count(*) FROM aldis_event"));
        await Assert.ThrowsAnyAsync<AldisException>(async () => await bus.PublishAsync(new Other()));
    }

    /// <summary>The receiving pump has stopped already, so there will never be room again.</summary>
    [Fact]
    public async Task A_handler_that_publishes_into_a_full_topic_does_not_keep_the_bus_from_stopping()
    {
        var begun = new TaskCompletionSource();
        var failed = new TaskCompletionSource<Exception>();
        EventBus? bus = null;
        bus = await EventBus.StartAsync(builder =>
        {
            builder.DrainTimeout = TimeSpan.FromMilliseconds(100);
            builder.UseInMemory(new InMemoryOptions { Capacity = 1 })
                .Subscribe<Other>("slow", async (_, context) => await Task.Delay(Timeout.Infinite, context.Cancellation))
                .Subscribe<Noted>("group", async (_, _) =>
                {
                    try
                    {
                        while (true)
                        {
                            begun.TrySetResult();
                            await bus!.PublishAsync(new Other());
                        }
                    }
                    catch (PublishException error)
                    {
                        failed.SetResult(error);
                    }
                }, new SubscriptionOptions { Retry = new RetryPolicy { MaxAttempts = 1, ImmediateRetries = 0 } });
        });
        await bus.PublishAsync(new Noted("fills"));
        await begun.Task.WaitAsync(_limit);
        await bus.DisposeAsync().AsTask().WaitAsync(_limit);
        await failed.Task.WaitAsync(_limit);
    }

    /// <summary>What is thrown on a timer's thread ends the process.</summary>
    [Theory]
    [InlineData("noted")]
    [InlineData("other")]
    public async Task A_topic_that_is_slow_to_close_does_not_disturb_one_that_is_closed(string slow)
    {
        var time = new FakeTimeProvider();
        var transport = new SlowTransport(time, slow);
        var bus = await EventBus.StartAsync(bus =>
        {
            bus.Time = time;
            bus.UseTransport(_ => transport).AddEvent<Noted>().AddEvent<Other>();
        });
        var pending = Task.WhenAll(bus.PublishAsync(new Noted("either")).AsTask(), bus.PublishAsync(new Other()).AsTask());
        await transport.Sending.WaitAsync(_limit);
        var stopped = bus.DisposeAsync().AsTask();
        time.Advance(TimeSpan.FromMinutes(1));

        // Whoever waits for the slow one is told before the transport is through with it.
        var error = await Assert.ThrowsAsync<PublishException>(() => pending.WaitAsync(_limit));
        Assert.True(error.MayBeStored);
        Assert.False(stopped.IsCompleted);
        transport.Release();
        await stopped.WaitAsync(_limit);
    }

    [Fact]
    public async Task A_drain_timeout_that_no_timer_can_keep_is_refused_at_the_start()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(async () => await EventBus.StartAsync(bus =>
        {
            bus.DrainTimeout = TimeSpan.MaxValue;
            bus.UseInMemory();
        }));
        Assert.Equal("ALD1304", Assert.Single(error.Faults).Code.Id);
    }

    [Event("other")]
    private sealed record Other;
}
