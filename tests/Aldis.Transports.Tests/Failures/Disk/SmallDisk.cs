using System.Diagnostics;

namespace Aldis.Transports.Tests.Failures;

/// <summary>A small disk in memory, which only root can make; the test is skipped where nobody can.</summary>
internal sealed class SmallDisk : IAsyncDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    public static async Task<SmallDisk> MountAsync(string path, int megabytes)
    {
        Directory.CreateDirectory(path);
        Assert.SkipUnless(await RunAsync("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", path), "only root can mount a small disk");
        return new SmallDisk(path);
    }

    /// <summary>Lets nobody write to it any more, or lets everybody again.</summary>
    public async Task MakeReadOnlyAsync(bool isReadOnly) => Assert.True(await RunAsync("mount", "-o", isReadOnly ? "remount,ro" : "remount,rw", Path));

    public async ValueTask DisposeAsync() => await RunAsync("umount", "-l", Path);

    private static async Task<bool> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true })!;
        await process.WaitForExitAsync();
        return process.ExitCode == 0;
    }
}
