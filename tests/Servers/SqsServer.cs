using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Aldis.Tests.Shared;

/// <summary>
/// An Amazon SQS on a free port of 127.0.0.1: the npm package fauxqs, on Node. It keeps everything in memory, so a restart forgets queues and events. It ends with its standard input, and so with this process.
/// </summary>
internal sealed partial class SqsServer : IAsyncDisposable
{
    private const int Kill = 9;
    private const int Continue = 18;
    private const int Stop = 19;

    private static readonly Lazy<Task<SqsServer>> _shared = new(StartSharedAsync);

    private Process? _process;

    private SqsServer(int port) => Port = port;

    /// <summary>A service that is there already, named by <c>ALDIS_TEST_SQS</c> (<c>sqs://region</c>), with the credentials that the SDK finds; null where one is started.</summary>
    public static string? Foreign { get; } = Environment.GetEnvironmentVariable("ALDIS_TEST_SQS") is { Length: > 0 } uri ? uri : null;

    /// <summary>Whether there is a service to test with.</summary>
    public static bool IsThere => Foreign is not null || CanStart;

    /// <summary>Whether one can be started, to be stopped and harmed.</summary>
    public static bool CanStart { get; } = Folder is { } folder && Directory.Exists(Path.Combine(folder, "node_modules", "fauxqs")) && HasNode();

    /// <summary>What is missing where none can be started.</summary>
    public const string Missing = "Node (20 or later), or its packages in tests/Servers/fauxqs (npm ci), are missing";

    /// <summary>Where it listens.</summary>
    public int Port { get; }

    public string Endpoint => $"http://127.0.0.1:{Port}";

    /// <summary>How a client reaches it.</summary>
    public string Uri => $"sqs://us-east-1?endpoint={System.Uri.EscapeDataString(Endpoint)}";

    private static string? Folder => Enumerate(new DirectoryInfo(AppContext.BaseDirectory)).Select(folder => Path.Combine(folder.FullName, "tests", "Servers", "fauxqs")).FirstOrDefault(Directory.Exists);

    /// <summary>The URI of the service that the tests of a run share: started when it is first asked for, ended with the process.</summary>
    public static async Task<string> SharedUriAsync() => Foreign ?? (await _shared.Value).Uri;

    /// <summary>Starts a service of its own.</summary>
    public static async Task<SqsServer> StartAsync()
    {
        var server = NotStarted();
        await server.StartAgainAsync();
        return server;
    }

    /// <summary>Makes a service that is not started yet; its port is known.</summary>
    public static SqsServer NotStarted() => new(FreePort());

    /// <summary>Starts it, with nothing in it.</summary>
    public async Task StartAgainAsync()
    {
        _process = Process.Start(new ProcessStartInfo("node", [Path.Combine(Folder!, "server.mjs"), $"{Port}"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        if (await _process.StandardOutput.ReadLineAsync() is null)
        {
            throw new InvalidOperationException($"fauxqs did not start: {await _process.StandardError.ReadToEndAsync()}");
        }
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public async Task KillAsync()
    {
        if (_process is { HasExited: false } process)
        {
            Send(Continue);
            Send(Kill);
            await process.WaitForExitAsync();
            process.Dispose();
            _process = null;
        }
    }

    /// <summary>Stops its process, with all connections left open.</summary>
    public void Freeze() => Send(Stop);

    /// <summary>Lets it go on.</summary>
    public void Thaw() => Send(Continue);

    public async ValueTask DisposeAsync() => await KillAsync();

    private static Task<SqsServer> StartSharedAsync() => StartAsync();

    private static IEnumerable<DirectoryInfo> Enumerate(DirectoryInfo? folder)
    {
        for (; folder is not null; folder = folder.Parent)
        {
            yield return folder;
        }
    }

    private static bool HasNode() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "node")));

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    private void Send(int signal)
    {
        if (Signal(_process!.Id, signal) != 0)
        {
            throw new InvalidOperationException($"fauxqs could not be sent the signal {signal}.");
        }
    }
}
