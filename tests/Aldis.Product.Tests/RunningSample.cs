using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Aldis.Product.Tests;

/// <summary>A sample that runs until it is told to end, and whose output is read line by line meanwhile.</summary>
internal sealed partial class RunningSample : IDisposable
{
    /// <summary>SIGINT, as Ctrl+C sends it.</summary>
    public const int Interrupt = 2;

    /// <summary>SIGTERM, as a service manager sends it.</summary>
    public const int Terminate = 15;

    private static readonly TimeSpan _limit = TimeSpan.FromSeconds(60);
    private readonly Process _process;

    private RunningSample(Process process) => _process = process;

    /// <summary>Starts a sample.</summary>
    /// <param name="name">Its file name without <c>.cs</c>.</param>
    /// <param name="environment">Variables to set, or with null to take away.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<RunningSample> StartAsync(string name, Dictionary<string, string?> environment, params string[] arguments)
    {
        // Whoever starts the tests in the background has them ignore Ctrl+C, and with them what they start.
        string[] program = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", "dotnet"] : ["dotnet"];
        var start = new ProcessStartInfo(program[0], [.. program[1..], await SampleProgram.PathAsync(name), .. arguments])
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        foreach (var (variable, value) in environment)
        {
            start.Environment[variable] = value;
        }

        return new RunningSample(Process.Start(start)!);
    }

    /// <summary>The next line that it prints; null at the end.</summary>
    public Task<string?> ReadLineAsync() => _process.StandardOutput.ReadLineAsync().WaitAsync(_limit);

    /// <summary>The next lines that it prints.</summary>
    public async Task<string[]> ReadLinesAsync(int count)
    {
        var lines = new string[count];
        for (var index = 0; index < count; index++)
        {
            lines[index] = await ReadLineAsync() ?? throw new InvalidOperationException($"It ended after {index} lines of {count}.");
        }

        return lines;
    }

    /// <summary>Sends it a signal.</summary>
    public void Send(int signal) => Assert.Equal(0, Kill(_process.Id, signal));

    /// <summary>Waits until it has ended by itself, and gives what was not read yet.</summary>
    public async Task<(int Exit, string Output, string Error)> EndAsync()
    {
        var (output, error) = (_process.StandardOutput.ReadToEndAsync(), _process.StandardError.ReadToEndAsync());
        await _process.WaitForExitAsync().WaitAsync(_limit);
        return (_process.ExitCode, await output, await error);
    }

    public void Dispose()
    {
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}
