using System.Diagnostics;
using System.Globalization;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F05")]
public sealed class F05_FullDiskTests
{
    private static readonly TimeSpan _soon = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task On_a_full_disk_publishes_fail_at_once_and_all_goes_on_without_a_restart_when_there_is_room()
    {
        using var folder = new TemporaryFolder();
        var disk = Directory.CreateDirectory(folder.File("disk")).FullName;
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", disk), "only root can mount a small disk");
        try
        {
            await FillAsync(disk);
        }
        finally
        {
            await RunAsync("umount", "-l", disk);
        }
    }

    private static async Task FillAsync(string disk)
    {
        var file = Path.Combine(disk, "events.db");
        var ballast = Path.Combine(disk, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[3 << 20]);
        var (handled, stored, gate) = (0, 0, new TaskCompletionSource());
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Noted>("group", async (_, context) =>
        {
            await gate.Task.WaitAsync(context.Cancellation);
            Interlocked.Increment(ref handled);
        }));
        var error = await PublishUntilFullAsync();
        var took = Stopwatch.StartNew();
        await Assert.ThrowsAsync<PublishException>(async () => await bus.PublishAsync(new Noted(new string('x', 100_000))));
        took.Stop();

        File.Delete(ballast);
        gate.SetResult();
        await Until.TrueAsync(() => handled >= stored);
        await Until.TrueAsync(() => StoredEvents.Count(file, "SELECT count(*) FROM aldis_event") == 0);
        await Until.TrueAsync(() => bus.Troubles.Count == 0);
        await bus.PublishAsync(new Noted("after"));
        await Until.TrueAsync(() => handled == stored + 1);
        Figures.Print("F05", string.Create(CultureInfo.InvariantCulture,
            $"stored {stored}, lost {stored + 1 - handled}, failed-after-ms {took.Elapsed.TotalMilliseconds:F0} (bound {_soon.TotalMilliseconds})"));
        Assert.Contains("ALD2005", error.Message, StringComparison.Ordinal);
        Assert.False(error.MayBeStored);
        Assert.InRange(took.Elapsed, TimeSpan.Zero, _soon);

        async Task<PublishException> PublishUntilFullAsync()
        {
            while (true)
            {
                try
                {
                    await bus.PublishAsync(new Noted(new string('x', 20_000)));
                    stored++;
                }
                catch (PublishException full)
                {
                    return full;
                }
            }
        }
    }

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
