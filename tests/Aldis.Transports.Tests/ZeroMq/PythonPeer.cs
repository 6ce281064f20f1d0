using System.Diagnostics;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.ZeroMq;

/// <summary>The program in Python beside this file: it knows of Aldis what the page on the wire protocol says.</summary>
internal sealed class PythonPeer : IAsyncDisposable
{
    /// <summary>That of the system: another one may come first on the path, and has no ZeroMQ.</summary>
    private const string Python = "/usr/bin/python3";

    private readonly Process _process;

    private PythonPeer(string[] arguments) => _process = Process.Start(new ProcessStartInfo(
        Python, [Repository.Folder("tests", "Aldis.Transports.Tests", "ZeroMq", "peer.py"), .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true })!;

    public static void SkipUnlessThere()
    {
        Assert.SkipUnless(File.Exists(Python), "there is no Python here");
        using var look = Process.Start(new ProcessStartInfo(Python, ["-c", "import zmq, cryptography"]) { RedirectStandardError = true })!;
        look.WaitForExit();
        Assert.SkipUnless(look.ExitCode == 0, "a Debian package is missing, python3-zmq or python3-cryptography");
    }

    public static PythonPeer Start(params string[] arguments) => new(arguments);

    public async Task<string> LineAsync() => await _process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromSeconds(20)) ?? throw new InvalidOperationException(await _process.StandardError.ReadToEndAsync());

    /// <summary>Everything that it still says; it has come to its end without an error.</summary>
    public async Task<string[]> EndAsync()
    {
        var said = await _process.StandardOutput.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(20));
        await _process.WaitForExitAsync();
        Assert.True(_process.ExitCode == 0, await _process.StandardError.ReadToEndAsync());
        return said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
        return ValueTask.CompletedTask;
    }
}
