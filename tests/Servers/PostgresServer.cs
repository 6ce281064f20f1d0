using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Aldis.Tests.Shared;

/// <summary>
/// A PostgreSQL server on a free port of 127.0.0.1, with its data in a temporary folder: that of the Debian package. It refuses to be root, so root starts it as the user
/// <c>postgres</c>. It is ended by its process id. Stopping and starting keeps its data. It decodes logically (<c>wal_level</c>), and asks for a password.
/// </summary>
internal sealed partial class PostgresServer : IAsyncDisposable
{
    private const int Interrupt = 2;
    private const int Quit = 3;
    private const int Kill = 9;
    private const int Continue = 18;
    private const int Stop = 19;
    private const string User = "tester";

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(60);
    private static readonly Lazy<Task<PostgresServer>> _shared = new(StartSharedAsync);

    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-postgresql-").FullName;
    private readonly string[] _settings;
    private readonly string? _uri;
    private Process? _process;

    private PostgresServer(string[] settings, string? uri = null) => (_settings, _uri) = (settings, uri);

    /// <summary>The password of its user, which must not be seen anywhere.</summary>
    public const string Password = "ca9aryPg";

    /// <summary>Where it listens.</summary>
    public int Port { get; } = FreePort();

    /// <summary>How a client reaches it.</summary>
    public string Uri => _uri ?? $"postgres://{User}:{Password}@127.0.0.1:{Port}/postgres";

    /// <summary>A server that is there already, named by <c>ALDIS_TEST_POSTGRESQL</c>; null where one is started.</summary>
    public static string? Foreign { get; } = Environment.GetEnvironmentVariable("ALDIS_TEST_POSTGRESQL") is { Length: > 0 } uri ? uri : null;

    /// <summary>Whether there is a server to test with.</summary>
    public static bool IsThere => Foreign is not null || CanStart;

    /// <summary>Whether one can be started, to be stopped and harmed.</summary>
    public static bool CanStart => Programs is not null;

    private static string? Programs { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.EnumerateDirectories("/usr/lib/postgresql").Select(folder => Path.Combine(folder, "bin")).Where(folder => File.Exists(Path.Combine(folder, "initdb")))
            .Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    private string Data => Path.Combine(_folder, "data");

    private string LogFile => Path.Combine(_folder, "log");

    /// <summary>The server that the tests of a run share: started when it is first asked for, ended with the process. It never crashes, so it does not wait for its disk.</summary>
    public static Task<PostgresServer> SharedAsync() => _shared.Value;

    /// <summary>Starts a server of its own.</summary>
    /// <param name="settings">What else stands in its configuration, for example <c>shared_buffers=256MB</c>.</param>
    public static async Task<PostgresServer> StartAsync(params string[] settings)
    {
        var server = new PostgresServer(settings);
        try
        {
            await server.StartAgainAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a server that is not started yet; its port is known.</summary>
    public static PostgresServer NotStarted() => new([]);

    /// <summary>Starts it, on the data that it has.</summary>
    public async Task StartAgainAsync()
    {
        if (!Directory.Exists(Data))
        {
            await PrepareAsync();
        }

        File.Delete(LogFile);
        _process = Start("postgres", ["-D", Data, .. Settings().SelectMany(setting => new[] { "-c", setting })]);
        var start = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > _patience)
            {
                throw new InvalidOperationException($"The server did not start: {(File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile) : "it says nothing")}");
            }

            await Task.Delay(20);
        }
    }

    /// <summary>Ends it at once, as a crash does: it recovers when it is started again.</summary>
    public Task KillAsync() => EndAsync(Quit);

    /// <summary>Ends it as an administrator does: transactions are cut off, nothing is to be recovered.</summary>
    public Task StopAsync() => EndAsync(Interrupt);

    /// <summary>Stops all its processes, with all connections left open.</summary>
    public void Freeze() => SendAll(Stop);

    /// <summary>Lets them go on.</summary>
    public void Thaw() => SendAll(Continue);

    /// <summary>Where what is in one of its databases is reached.</summary>
    /// <param name="database">The database.</param>
    public string UriOf(string database) => $"{Uri[..Uri.LastIndexOf('/')]}/{database}";

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<PostgresServer> StartSharedAsync()
    {
        var server = new PostgresServer(["fsync=off"], Foreign);
        if (Foreign is null)
        {
            await server.StartAgainAsync();
            AppDomain.CurrentDomain.ProcessExit += (_, _) => server.DisposeAsync().AsTask().Wait(TimeSpan.FromSeconds(10));
        }

        return server;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Signal(int process, int signal);

    /// <summary>What is said behind these counts; the last one of a name wins.</summary>
    private IEnumerable<string> Settings() =>
    [
        "listen_addresses=127.0.0.1", $"port={Port.ToString(CultureInfo.InvariantCulture)}", "unix_socket_directories=", "wal_level=logical", "max_connections=200",
        "max_wal_senders=20", "max_replication_slots=20", "log_destination=stderr", "logging_collector=off", "shared_buffers=128MB", .. _settings,
    ];

    private async Task PrepareAsync()
    {
        var password = Path.Combine(_folder, "password");
        await File.WriteAllTextAsync(password, Password);
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync(Process.Start(new ProcessStartInfo("chown", ["-R", "postgres", _folder]))!);
        }

        await RunAsync(Start("initdb", ["-D", Data, "-U", User, "--pwfile", password, "--auth", "scram-sha-256", "-E", "UTF8", "--locale", "C", "--no-sync"]));
        File.Delete(password);
    }

    private async Task RunAsync(Process process)
    {
        using (process)
        {
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
            {
                throw new InvalidOperationException($"{process.StartInfo.FileName} ended with {process.ExitCode}: {(File.Exists(LogFile) ? await File.ReadAllTextAsync(LogFile) : "it says nothing")}");
            }
        }
    }

    /// <summary>Starts one of its programs, which takes the place of the shell that sends what it says into a file; so the id is its own.</summary>
    private Process Start(string program, IEnumerable<string> arguments)
    {
        string[] command = [.. Environment.IsPrivilegedProcess ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : Array.Empty<string>(), Path.Combine(Programs!, program)];
        return Process.Start(new ProcessStartInfo("/bin/sh", ["-c", "log=$1; shift; exec \"$@\" >>\"$log\" 2>&1 </dev/null", "sh", LogFile, .. command, .. arguments])
        {
            WorkingDirectory = _folder, Environment = { ["LC_ALL"] = "C" },
        })!;
    }

    private async Task EndAsync(int signal)
    {
        if (_process is not { HasExited: false } process)
        {
            return;
        }

        Thaw();
        _ = Signal(process.Id, signal);
        using var patience = new CancellationTokenSource(_patience);
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
        {
            _ = Signal(process.Id, Kill);
            await process.WaitForExitAsync();
        }

        process.Dispose();
        _process = null;
    }

    /// <summary>The processes of a server are children of its first one, each in a session of its own. The first one is stopped first, so that there are no more.</summary>
    private void SendAll(int signal)
    {
        if (_process is not { HasExited: false } process)
        {
            return;
        }

        _ = Signal(process.Id, signal);
        foreach (var child in ChildrenOf(process.Id))
        {
            _ = Signal(child, signal);
        }
    }

    private static IEnumerable<int> ChildrenOf(int parent)
        => File.ReadAllText($"/proc/{parent}/task/{parent}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture));

    /// <summary>It listens before it is ready: what counts is that it no longer says that it is starting up.</summary>
    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            var stream = client.GetStream();
            await stream.WriteAsync(StartupMessage());
            return await stream.ReadAsync(new byte[1]) == 1 && File.Exists(Path.Combine(Data, "postmaster.pid")) && IsReady();
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return false;
        }
    }

    private bool IsReady() => File.Exists(LogFile) && File.ReadAllText(LogFile).Contains("ready to accept connections", StringComparison.Ordinal);

    private static byte[] StartupMessage()
    {
        var text = System.Text.Encoding.ASCII.GetBytes($"user\0{User}\0database\0postgres\0\0");
        var message = new byte[8 + text.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(message, message.Length);
        System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(message.AsSpan(4), 196_608);
        text.CopyTo(message, 8);
        return message;
    }
}
