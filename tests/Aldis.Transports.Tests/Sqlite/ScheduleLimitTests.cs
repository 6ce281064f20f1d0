using Aldis.Transports.Tests.Failures;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Where nothing may be published, nothing is scheduled or becomes due either; what lets go of something goes on.</summary>
public sealed class ScheduleLimitTests : IDisposable
{
    /// <summary>No disk has room to keep so much, so each of them is as good as full.</summary>
    private const long Unattainable = 1L << 60;

    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.File("events.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task On_a_full_disk_scheduling_and_what_is_due_are_turned_away()
    {
        var (due, later) = (Due("due"), Due("later"));
        await using (var before = await LeaseTests.OpenAsync(Database, new SqliteOptions { Path = Database, DiskReserve = 0 }))
        {
            await before.ScheduleAsync([due], CancellationToken.None);
        }

        await using var transport = await LeaseTests.OpenAsync(Database, new SqliteOptions { Path = Database, DiskReserve = Unattainable });
        var slot = await transport.SlotAsync("daily", DateTimeOffset.UnixEpoch, CancellationToken.None);
        await RefusedAsync(() => transport.ScheduleAsync([later], CancellationToken.None).AsTask());
        await RefusedAsync(() => transport.TakeSlotAsync("daily", slot, slot.AddDays(1), later, CancellationToken.None).AsTask());
        await RefusedAsync(() => transport.FireDueAsync(publish: null, CancellationToken.None).AsTask());
        Assert.Equal(1, StoredEvents.Count(Database, "SELECT (SELECT count(*) FROM aldis_schedule) + (SELECT count(*) FROM aldis_event)"));
        Assert.True(await transport.TakeSlotAsync("daily", slot, slot.AddDays(1), null, CancellationToken.None));
        Assert.True(await ((ISchedule)transport).CancelAsync(due.Envelope.Id, CancellationToken.None));
    }

    private static ScheduledEvent Due(string text) => new(Envelopes.Make(text), At: null, TimeSpan.Zero);

    private static async Task RefusedAsync(Func<Task> call) => Assert.Equal("ALD2005", (await Assert.ThrowsAsync<TransportException>(call)).Code);
}
