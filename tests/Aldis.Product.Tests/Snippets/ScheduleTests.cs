using Microsoft.Extensions.Time.Testing;

namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of the guides on publishing later and on handling an event once, as it is written there.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public async Task What_is_to_come_is_listed_and_cancelled()
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseInMemory().AddEvent<ReminderDue>().AddEvent<SaleBegun>());
        var reminder = await bus.PublishAsync(new ReminderDue("A-17"), new PublishOptions { After = TimeSpan.FromDays(3) });
        await bus.PublishAsync(new SaleBegun("winter"), new PublishOptions { At = new DateTimeOffset(2027, 1, 2, 9, 0, 0, TimeSpan.Zero) });
        await foreach (var due in bus.Schedule.ListAsync())
        {
            Console.WriteLine($"{due.Envelope.Topic} at {due.Due:u}");
        }

        var wasThere = await bus.Schedule.CancelAsync(reminder.Id);
        Assert.True(wasThere);
        Assert.DoesNotContain(reminder.Id, await bus.Schedule.ListAsync().Select(due => due.Envelope.Id).ToListAsync());
    }

    [Fact]
    public async Task Timetables_publish()
    {
        var time = new FakeTimeProvider(new DateTimeOffset(2026, 3, 27, 6, 30, 0, TimeSpan.Zero));
        var published = new List<object>();
        var builder = new EventBusBuilder { Time = time };
        AddTimetables(builder.UseInMemory());
        builder.Subscribe<CleaningDue>("cleaners", (due, _) => Note(due)).Subscribe<ReportDue>("writers", (due, _) => Note(due));
        await using var running = builder.Build();
        await running.StartAsync(TestContext.Current.CancellationToken);
        await WaitAsync(() => Published<CleaningDue>().Length >= 3 && Published<ReportDue>().Length >= 1, time);
        Assert.Equal([7, 8, 9], Published<CleaningDue>().Take(3).Select(due => due.Slot.Hour));
        Assert.Equal(new DateTimeOffset(2026, 3, 27, 8, 0, 0, TimeSpan.Zero), Published<ReportDue>()[0].Slot);

        T[] Published<T>()
        {
            lock (published)
            {
                return [.. published.OfType<T>()];
            }
        }

        ValueTask Note(object due)
        {
            lock (published)
            {
                published.Add(due);
            }

            return ValueTask.CompletedTask;
        }
    }

    [Fact]
    public async Task A_ledger_beside_the_transport_remembers()
    {
        var file = Path.Combine(Directory.CreateTempSubdirectory("aldis-").FullName, "ledger.db");
        var handled = 0;
        await using (var running = await EventBus.StartAsync(bus => Configure(bus.UseInMemory(), file)))
        {
            var id = (await running.PublishAsync(new OrderPlaced("A-17"))).Id;
            await running.PublishAsync(new OrderPlaced("A-17"), new PublishOptions { Id = id });
            await running.PublishAsync(new OrderPlaced("A-18"));
            await WaitAsync(() => Volatile.Read(ref handled) == 2, null);
        }

        Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);

        void Configure(EventBusBuilder bus, string path)
        {
            bus.Subscribe<OrderPlaced>("billing", BillAsync, new SubscriptionOptions { Inbox = new InboxOptions { Retention = TimeSpan.FromDays(30) } });
            UseLedger(bus, path);
        }

        ValueTask BillAsync(OrderPlaced order, EventContext context)
        {
            Interlocked.Increment(ref handled);
            return ValueTask.CompletedTask;
        }
    }

    private static void UseLedger(EventBusBuilder bus, string path)
    {
        bus.UseSqliteLedger("ledger.db");
        bus.UseSqliteLedger(path);
    }

    private static void AddTimetables(EventBusBuilder bus)
    {
        bus.AddSchedule("cleaning", Timetable.Every(TimeSpan.FromHours(1)), slot => new CleaningDue(slot));
        bus.AddCron("report", "0 9 * * MON-FRI", slot => new ReportDue(slot), TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"));
    }

    private static async Task WaitAsync(Func<bool> condition, FakeTimeProvider? time)
    {
        for (var step = 0; !condition(); step++)
        {
            Assert.True(step < 2000, "waited in vain");
            time?.Advance(TimeSpan.FromMinutes(1));
            await Task.Delay(5, TestContext.Current.CancellationToken);
        }
    }

    private sealed record ReminderDue(string Order);

    private sealed record SaleBegun(string Name);

    private sealed record CleaningDue(DateTimeOffset Slot);

    private sealed record ReportDue(DateTimeOffset Slot);

    private sealed record OrderPlaced(string Id);
}
