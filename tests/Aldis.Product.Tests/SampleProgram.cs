using System.Collections.Concurrent;
using System.Diagnostics;

namespace Aldis.Product.Tests;

/// <summary>A sample, built once as its reader would build it, and run in a folder of its own.</summary>
internal static class SampleProgram
{
    private static readonly ConcurrentDictionary<string, Lazy<Task<string>>> _built = new();

    /// <summary>Starts a sample.</summary>
    /// <param name="name">Its file name without <c>.cs</c>; a full path for a program that is no sample.</param>
    /// <param name="folder">The folder it runs in.</param>
    /// <param name="arguments">Its arguments.</param>
    public static async Task<Process> StartAsync(string name, string folder, params string[] arguments)
    {
        return Start(folder, [await PathAsync(name), .. arguments]);
    }

    /// <summary>Builds a sample, unless that was done, and gives its program.</summary>
    public static Task<string> PathAsync(string name)
        => _built.GetOrAdd(name, name => new Lazy<Task<string>>(() => BuildAsync(name))).Value;

    /// <summary>Runs a sample to its end.</summary>
    public static async Task<(int Exit, string[] Lines)> RunAsync(string name, string folder, string[] arguments, string? input = null)
    {
        using var process = await StartAsync(name, folder, arguments);
        return await FinishAsync(process, input);
    }

    /// <summary>Runs a sample that may complain to its end, and gives what it printed and what it said on standard error.</summary>
    public static async Task<(int Exit, string[] Lines, string[] Errors)> RunWithErrorsAsync(string name, string folder, params string[] arguments)
    {
        using var process = await StartAsync(name, folder, arguments);
        return await EndAsync(process, input: null);
    }

    /// <summary>Waits for the end of a process and gives what it printed.</summary>
    public static async Task<(int Exit, string[] Lines)> FinishAsync(Process process, string? input = null)
    {
        var (exit, lines, errors) = await EndAsync(process, input);
        Assert.Empty(errors);
        return (exit, lines);
    }

    private static async Task<(int Exit, string[] Lines, string[] Errors)> EndAsync(Process process, string? input)
    {
        if (input is not null)
        {
            await process.StandardInput.WriteAsync(input);
        }

        process.StandardInput.Close();
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await process.WaitForExitAsync(limit.Token);
        return (process.ExitCode, Lines(await output), Lines(await error));
    }

    private static string[] Lines(string text) => [.. text.Split('\n').Select(line => line.TrimEnd()).Where(line => line.Length > 0)];

    private static async Task<string> BuildAsync(string name)
    {
        var output = Path.Combine(AppContext.BaseDirectory, "samples", name);
        await DotNet.BuildAsync(Path.Combine("samples", name + ".cs"), "-o", output, "-v", "quiet");
        return Path.Combine(output, Path.GetFileName(name) + ".dll");
    }

    private static Process Start(string folder, string[] arguments) => Process.Start(new ProcessStartInfo("dotnet", arguments)
    {
        WorkingDirectory = folder, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
    })!;
}
