using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F05")]
public sealed class F05_FullDiskTests
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1);

    /// <summary>The disk has room for the file, its log and what is kept for settlements. Others take what is left of it, and publishers go on trying.</summary>
    [Fact]
    public async Task On_a_full_disk_publishes_fail_at_once_and_what_is_there_is_handled_and_settled_and_all_goes_on_when_there_is_room()
    {
        using var folder = new TemporaryFolder();
        await using var disk = await SmallDisk.MountAsync(folder.File("disk"), megabytes: 32);
        await FillAsync(disk.Path);
    }

    private static async Task FillAsync(string disk)
    {
        var file = Path.Combine(disk, "events.db");
        var ballast = Path.Combine(disk, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[10 << 20]);
        var (handled, stored, gate) = (new ConcurrentDictionary<EventId, int>(), 0, new TaskCompletionSource());
        var options = new SubscriptionOptions { Retry = new RetryPolicy { MaxAttempts = 2, ImmediateRetries = 0, FirstDelay = TimeSpan.FromMilliseconds(10) } };
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Noted>("group", async (noted, context) =>
        {
            await gate.Task.WaitAsync(context.Cancellation);
            if (noted.Text[0] == 'd' || (noted.Text[0] == 'r' && context.Attempt == 1))
            {
                throw new InvalidOperationException("as it happens");
            }

            handled.AddOrUpdate(context.Id, 1, (_, times) => times + 1);
        }, options));
        var error = await PublishUntilFullAsync();
        var (slowest, refused) = (TimeSpan.Zero, 0);
        using var freed = new CancellationTokenSource();
        var publishing = GoOnPublishingAsync();

        // The disk is as full as it was: of every ten events eight are settled, one is tried again, and one is a dead letter.
        gate.SetResult();
        var dead = (stored + 6) / 10;
        await Until.TrueAsync(() => handled.Count == stored - dead && StoredEvents.Count(file, "SELECT count(*) FROM aldis_event") == 0, everyMs: 100);
        await Until.TrueAsync(() => StoredEvents.Count(file, "SELECT count(*) FROM aldis_delivery") == dead);
        await Until.TrueAsync(() => refused >= 20);
        await freed.CancelAsync();
        await publishing;
        var settled = handled.Count + dead;
        Assert.Empty(bus.Troubles);
        Assert.False(File.Exists(file + "-reserve"), "the room that is kept was not given up: the test proves nothing");

        File.Delete(ballast);
        var after = await bus.PublishAsync(new Noted("after"));
        await Until.TrueAsync(() => handled.ContainsKey(after.Id));
        Assert.True(File.Exists(file + "-reserve"));
        Figures.Print("F05", string.Create(CultureInfo.InvariantCulture,
            $"stored {stored}, settled-while-full {settled} (dead-lettered {dead}), lost {stored - settled}, refused {refused}, failed-after-ms {slowest.TotalMilliseconds:F0} (bound {_soon.TotalMilliseconds})"));
        Assert.Contains("ALD2005", error.Message, StringComparison.Ordinal);
        Assert.False(error.MayBeStored);
        Assert.All(handled.Values, times => Assert.Equal(1, times));
        Assert.InRange(slowest, TimeSpan.Zero, _soon);
        Assert.Equal("ok", StoredEvents.Integrity(file));

        async Task<PublishException> PublishUntilFullAsync()
        {
            while (true)
            {
                try
                {
                    await bus.PublishAsync(new Noted((stored % 10) switch { 3 => "dead ", 5 => "retried ", _ => "" } + new string('x', 20_000)));
                    stored++;
                }
                catch (PublishException full)
                {
                    return full;
                }
            }
        }

        async Task GoOnPublishingAsync()
        {
            while (!freed.IsCancellationRequested)
            {
                var took = Stopwatch.StartNew();
                await Assert.ThrowsAsync<PublishException>(async () => await bus.PublishAsync(new Noted(new string('x', 100_000))));
                slowest = took.Elapsed > slowest ? took.Elapsed : slowest;
                refused++;
                await Task.Delay(10);
            }
        }
    }
}
