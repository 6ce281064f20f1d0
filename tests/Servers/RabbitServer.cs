using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Aldis.Tests.Shared;

/// <summary>
/// A RabbitMQ broker on free ports of 127.0.0.1, with its data in a temporary folder: that of the Debian package. It is ended, with the process that knows the
/// names of nodes (epmd), by process id. Stopping and starting keeps its data.
/// </summary>
internal sealed partial class RabbitServer : IAsyncDisposable
{
    private const int Kill = 9;
    private const int Terminate = 15;
    private const int Continue = 18;
    private const int Stop = 19;

    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(90);
    private static readonly Lazy<Task<RabbitServer>> _shared = new(StartSharedAsync);

    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-rabbitmq-").FullName;
    private readonly int _distribution = FreePort();
    private readonly int _names = FreePort();
    private readonly string _settings;
    private readonly string? _uri;
    private Process? _namesProcess;
    private Process? _process;

    private RabbitServer(string settings, string? uri = null) => (_settings, _uri) = (settings, uri);

    /// <summary>Where it listens.</summary>
    public int Port { get; } = FreePort();

    /// <summary>How a client reaches it.</summary>
    public string Uri => _uri ?? $"amqp://guest:guest@127.0.0.1:{Port}/";

    /// <summary>A broker that is there already, named by <c>ALDIS_TEST_RABBITMQ</c>; null where one is started.</summary>
    public static string? Foreign { get; } = Environment.GetEnvironmentVariable("ALDIS_TEST_RABBITMQ") is { Length: > 0 } uri ? uri : null;

    /// <summary>Whether there is a broker to test with.</summary>
    public static bool IsThere => Foreign is not null || CanStart;

    /// <summary>Whether one can be started, to be stopped and harmed.</summary>
    public static bool CanStart => Folder is not null;

    private static string? Folder { get; } = Directory.Exists("/usr/lib/rabbitmq/lib")
        ? Directory.EnumerateDirectories("/usr/lib/rabbitmq/lib", "rabbitmq_server-*").Order(StringComparer.Ordinal).LastOrDefault()
        : null;

    /// <summary>The broker that the tests of a run share: started when it is first asked for, ended with the process.</summary>
    public static Task<RabbitServer> SharedAsync() => _shared.Value;

    /// <summary>Starts a broker of its own.</summary>
    /// <param name="settings">Arguments for its Erlang machine, for example <c>-rabbit consumer_timeout 2000</c>.</param>
    public static async Task<RabbitServer> StartAsync(string settings = "")
    {
        var server = new RabbitServer(settings);
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

    /// <summary>Makes a broker that is not started yet; its port is known.</summary>
    public static RabbitServer NotStarted() => new("");

    /// <summary>Starts it, on the data that it has.</summary>
    public async Task StartAgainAsync()
    {
        StartNames();
        await File.WriteAllTextAsync(Path.Combine(_folder, "plugins"), "[].");
        await File.WriteAllTextAsync(Path.Combine(_folder, "rabbitmq.conf"), $"listeners.tcp.1 = 127.0.0.1:{Port}\nloopback_users = none\n");
        File.Delete(Path.Combine(_folder, "pid"));
        _process = Start($"{Folder}/sbin/rabbitmq-server");
        var start = Stopwatch.GetTimestamp();
        while (!await AnswersAsync())
        {
            if (_process.HasExited || Stopwatch.GetElapsedTime(start) > _patience)
            {
                throw new InvalidOperationException($"The broker did not start: {await _process.StandardOutput.ReadToEndAsync()}");
            }

            await Task.Delay(50);
        }
    }

    /// <summary>Ends it at once, as a crash does.</summary>
    public Task KillAsync() => EndAsync(Kill);

    /// <summary>Ends it as an administrator does.</summary>
    public Task StopAsync() => EndAsync(Terminate);

    /// <summary>Stops its process, with all connections left open.</summary>
    public void Freeze() => Send(Stop);

    /// <summary>Lets it go on.</summary>
    public void Thaw() => Send(Continue);

    /// <summary>Runs the administrator's tool.</summary>
    public async Task<string> ControlAsync(params string[] arguments)
    {
        using var tool = Start($"{Folder}/sbin/rabbitmqctl", arguments);
        var said = await tool.StandardOutput.ReadToEndAsync();
        await tool.WaitForExitAsync();
        return tool.ExitCode == 0 ? said : throw new InvalidOperationException($"rabbitmqctl {arguments[0]}: {said} {await tool.StandardError.ReadToEndAsync()}");
    }

    public async ValueTask DisposeAsync()
    {
        await KillAsync();
        _namesProcess?.Kill();
        _namesProcess?.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static async Task<RabbitServer> StartSharedAsync()
    {
        var server = new RabbitServer("", Foreign);
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

    private void StartNames()
    {
        _namesProcess ??= Process.Start(new ProcessStartInfo("epmd", ["-port", Text(_names), "-address", "127.0.0.1"])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        });
    }

    private Process Start(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        foreach (var (name, value) in new (string, string)[]
                 {
                     ("HOME", _folder), ("RABBITMQ_NODENAME", $"aldis{Port}@localhost"), ("RABBITMQ_NODE_PORT", Text(Port)), ("RABBITMQ_DIST_PORT", Text(_distribution)),
                     ("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"), ("RABBITMQ_MNESIA_BASE", Path.Combine(_folder, "data")), ("RABBITMQ_LOG_BASE", Path.Combine(_folder, "log")),
                     ("RABBITMQ_ENABLED_PLUGINS_FILE", Path.Combine(_folder, "plugins")), ("RABBITMQ_CONFIG_FILE", Path.Combine(_folder, "rabbitmq.conf")),
                     ("RABBITMQ_PID_FILE", Path.Combine(_folder, "pid")), ("ERL_EPMD_PORT", Text(_names)), ("ERL_EPMD_ADDRESS", "127.0.0.1"),
                     ("RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", $"-kernel inet_dist_use_interface {{127,0,0,1}} {_settings}"),
                 })
        {
            start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private async Task EndAsync(int signal)
    {
        if (_process is not { HasExited: false } process)
        {
            return;
        }

        Send(Continue);
        Send(signal);
        await process.WaitForExitAsync();
        process.Dispose();
        _process = null;
    }

    private void Send(int signal)
    {
        if (Signal(BrokerId(), signal) != 0)
        {
            throw new InvalidOperationException($"The broker could not be sent the signal {signal}.");
        }
    }

    private int BrokerId() => int.Parse(File.ReadAllText(Path.Combine(_folder, "pid")).Trim(), CultureInfo.InvariantCulture);

    /// <summary>It listens before it is ready: what counts is that it answers the first bytes of the protocol.</summary>
    private async Task<bool> AnswersAsync()
    {
        try
        {
            using var client = new TcpClient();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            var stream = client.GetStream();
            await stream.WriteAsync(new byte[] { (byte)'A', (byte)'M', (byte)'Q', (byte)'P', 0, 0, 9, 1 });
            return await stream.ReadAsync(new byte[1]) == 1 && File.Exists(Path.Combine(_folder, "pid"));
        }
        catch (Exception error) when (error is SocketException or IOException)
        {
            return false;
        }
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
