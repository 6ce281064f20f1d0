using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Failures;

/// <summary>Somebody sets the wall clock, or the law does.</summary>
[Trait("Failure", "F37")]
public sealed class F37_ClockTests : IDisposable
{
    private static readonly TopicName _topic = TopicName.Parse("noted");

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));
    private readonly WallClock _wall;

    public F37_ClockTests() => _wall = new WallClock(_time);

    public static TheoryData<string, double> Jumps
    {
        get
        {
            var jumps = new TheoryData<string, double>();
            foreach (var transport in new[] { "memory", "sqlite" })
            {
                jumps.AddRange((transport, -1), (transport, 1), (transport, 24 * 3653));
            }

            return jumps;
        }
    }

    [Theory]
    [MemberData(nameof(Jumps))]
    public async Task Leases_retries_and_the_inbox_do_not_mind_a_clock_that_is_set(string kind, double hours)
    {
        await using var transport = Open(kind);
        await transport.StartAsync(CancellationToken.None);
        await using var receiver = await transport.OpenReceiverAsync(new ReceiverSpec(_topic, GroupName.Parse("readers"), 10), CancellationToken.None);
        await using var sender = await transport.OpenSenderAsync(_topic, CancellationToken.None);
        await sender.SendAsync(new[] { Envelope("held"), Envelope("retried") }, CancellationToken.None);
        var buffer = new Delivery[2];
        Assert.Equal(2, await receiver.ReceiveAsync(buffer, CancellationToken.None));
        Settlement retried = new(buffer[1], Verdict.Retry(TimeSpan.FromMinutes(10)), []);
        Assert.Empty(await receiver.SettleAsync(new[] { retried }, CancellationToken.None));
        var remembered = EventId.New(_time);
        await ((IInbox)transport).RememberAsync([new InboxEntry(GroupName.Parse("readers"), remembered, TimeSpan.FromDays(7))], CancellationToken.None);

        _wall.Offset = TimeSpan.FromHours(hours);
        var (early, late) = (await IsDueAsync(receiver, TimeSpan.FromMinutes(9)), await IsDueAsync(receiver, TimeSpan.FromMinutes(2)));
        var refused = (await receiver.SettleAsync(new[] { new Settlement(buffer[0], Verdict.Done, []) }, CancellationToken.None)).Count;
        var isRemembered = await ((IInbox)transport).ContainsAsync(GroupName.Parse("readers"), remembered, CancellationToken.None);
        Figures.Print("F37", $"{kind}, {hours:+0;-0} h: leases lost {refused}, retries too early {(early ? 1 : 0)}, too late {(late ? 0 : 1)}, forgotten {(isRemembered ? 0 : 1)}");
        Assert.Equal((0, false, true, true), (refused, early, late, isRemembered));
    }

    /// <summary>Berlin in 2026: no half past two on the 29th of March, two of them on the 25th of October.</summary>
    [Theory]
    [InlineData("30 2 * * *", 3, 28, 3, "01:30 01:00 00:30")]
    [InlineData("30 2 * * *", 10, 24, 3, "00:30 00:30 01:30")]
    [InlineData("0 * * * *", 10, 24, 72, null)]
    public async Task Each_slot_comes_once_when_the_clocks_change(string expression, int month, int day, int slots, string? times)
    {
        _time.SetUtcNow(new DateTimeOffset(2026, month, day, 0, 0, 0, TimeSpan.Zero));
        var taken = new ConcurrentQueue<DateTimeOffset>();
        var file = _folder.File("events.db");
        var buses = new List<EventBus>();
        for (var process = 0; process < 2; process++)
        {
            var builder = new EventBusBuilder { Time = _wall };
            // The clock goes on by ten minutes at a time here, which is no silence of a process.
            builder.UseSqlite(new SqliteOptions { Path = file, Lease = TimeSpan.FromDays(30) })
                .AddCron("cron", expression, slot => new Noted(slot.ToString("O")), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"),
                    new ScheduleOptions { WhenMissed = WhenMissed.RunAll })
                .Subscribe<Noted>("readers", (noted, _) =>
                {
                    taken.Enqueue(DateTimeOffset.Parse(noted.Text, System.Globalization.CultureInfo.InvariantCulture));
                    return ValueTask.CompletedTask;
                });
            buses.Add(builder.Build());
            await buses[^1].StartAsync(CancellationToken.None);
        }

        var end = _time.GetUtcNow() + TimeSpan.FromHours(72);
        for (var passed = 0; _time.GetUtcNow() < end || (taken.Count < slots && passed < 10_000); passed++)
        {
            _time.Advance(_time.GetUtcNow() < end ? TimeSpan.FromMinutes(10) : TimeSpan.FromMilliseconds(100));
            await Task.Delay(1);
        }

        foreach (var bus in buses)
        {
            await bus.StopAsync(new CancellationToken(canceled: true));
        }

        Figures.Print("F37", $"'{expression}' from {month}/{day}: slots {slots}, taken {taken.Distinct().Count()}, twice {taken.Count - taken.Distinct().Count()}");
        Assert.Equal(slots, taken.Distinct().Count());
        Assert.Equal(slots, taken.Count);
        if (times is not null)
        {
            Assert.Equal(times.Split(' '), taken.Order().Select(slot => $"{slot:HH:mm}"));
        }
    }

    public void Dispose() => _folder.Dispose();

    private async Task<bool> IsDueAsync(IReceiver receiver, TimeSpan after)
    {
        using var enough = new CancellationTokenSource();
        var receiving = receiver.ReceiveAsync(new Delivery[1], enough.Token).AsTask();
        for (var end = _time.GetUtcNow() + after; _time.GetUtcNow() < end && !receiving.IsCompleted;)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Delay(1);
        }

        await Task.WhenAny(receiving, Task.Delay(200));
        await enough.CancelAsync();
        await ((Task)receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return receiving.IsCompletedSuccessfully;
    }

    private ITransport Open(string kind) => kind == "memory"
        ? new InMemoryTransport(new InMemoryOptions(), _wall)
        : new SqliteTransport(new SqliteOptions { Path = _folder.File("events.db") }, new TransportContext(_wall, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance));

    private Envelope Envelope(string text) => new()
    {
        Id = EventId.New(_time),
        Topic = _topic,
        Type = _topic.Value,
        Source = "/tests",
        Time = _time.GetUtcNow(),
        ContentType = "application/json",
        Body = System.Text.Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}"""),
    };

    /// <summary>A clock whose wall time somebody sets; the rest of it goes on as if nothing had been.</summary>
    private sealed class WallClock(TimeProvider inner) : TimeProvider
    {
        public TimeSpan Offset { get; set; }

        public override long TimestampFrequency => inner.TimestampFrequency;

        public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + Offset;

        public override long GetTimestamp() => inner.GetTimestamp();

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
            => inner.CreateTimer(callback, state, dueTime, period);
    }
}
