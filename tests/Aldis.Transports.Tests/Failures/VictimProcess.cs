using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Threading.Channels;

namespace Aldis.Transports.Tests.Failures;

/// <summary>A process to be killed. What it said before it died is read to the end.</summary>
public sealed partial class VictimProcess : IDisposable
{
    private const int Terminate = 15;
    private const int Stop = 19;
    private const int Continue = 18;

    private readonly Process _process;
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public VictimProcess(params string[] arguments) : this("dotnet", [Program, .. arguments], [])
    {
    }

    private VictimProcess(string program, string[] arguments, Dictionary<string, string> environment)
    {
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                RedirectStandardOutput = true, RedirectStandardInput = true,
            },
        };
        foreach (var (name, value) in environment)
        {
            _process.StartInfo.Environment[name] = value;
        }

        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.Start();
        _process.BeginOutputReadLine();
    }

    private static string Program => Path.Combine(
        AppContext.BaseDirectory.Replace("Aldis.Transports.Tests", "Aldis.Victim", StringComparison.Ordinal), "Aldis.Victim.dll");

    /// <summary>Starts one whose system calls of some kinds are written to a file.</summary>
    public static VictimProcess Traced(string trace, string calls, params string[] arguments)
        => new("strace", ["-f", "-o", trace, "-e", $"trace={calls}", "dotnet", Program, .. arguments], []);

    /// <summary>Starts one in an environment of its own.</summary>
    public static VictimProcess Within(Dictionary<string, string> environment, params string[] arguments) => new("dotnet", [Program, .. arguments], environment);

    /// <summary>Everything it said so far.</summary>
    public List<string> Said { get; } = [];

    /// <summary>When it was killed, on the machine's monotonic clock; the end of all time while it was not.</summary>
    public long KilledAt { get; private set; } = long.MaxValue;

    /// <summary>The time that it has used of the processors.</summary>
    public TimeSpan Processor
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Waits until it says a line that begins so.</summary>
    public async Task<string> UntilAsync(string beginning)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var line = await _lines.Reader.ReadAsync(limit.Token);
            if (line.StartsWith(beginning, StringComparison.Ordinal))
            {
                return line;
            }
        }
    }

    /// <summary>kill -9, and everything it said until then.</summary>
    public async Task<IReadOnlyList<string>> KillAsync()
    {
        KilledAt = Stopwatch.GetTimestamp();
        _process.Kill();
        return await EndAsync();
    }

    /// <summary>SIGTERM, as an orchestrator sends it, and how long it takes to end.</summary>
    public async Task<(TimeSpan Took, int ExitCode)> TerminateAsync()
    {
        var start = Stopwatch.GetTimestamp();
        Signal(Terminate);
        await _process.WaitForExitAsync(new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token);
        var took = Stopwatch.GetElapsedTime(start);
        await EndAsync();
        return (took, _process.ExitCode);
    }

    /// <summary>Waits until it has ended.</summary>
    public async Task<IReadOnlyList<string>> EndAsync(int seconds = 60)
    {
        await _ended.Task.WaitAsync(TimeSpan.FromSeconds(seconds));
        await _process.WaitForExitAsync();
        return Said;
    }

    /// <summary>Waits until it has ended by itself, and tells how.</summary>
    public async Task<int> ExitCodeAsync()
    {
        await EndAsync();
        return _process.ExitCode;
    }

    public void Freeze() => Signal(Stop);

    public void Thaw() => Signal(Continue);

    public Task SayAsync(string line) => _process.StandardInput.WriteLineAsync(line);

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        if (line is null)
        {
            _lines.Writer.TryComplete();
            _ended.TrySetResult();
            return;
        }

        lock (Said)
        {
            Said.Add(line);
        }

        _lines.Writer.TryWrite(line);
    }

    private void Signal(int signal)
    {
        if (Kill(_process.Id, signal) != 0)
        {
            throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"signal {signal} was not delivered: errno {Marshal.GetLastPInvokeError()}"));
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);
}
