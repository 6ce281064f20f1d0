using System.Diagnostics;
using System.Globalization;

namespace Aldis.Benchmarks.Startup;

/// <summary>The program, published in one way.</summary>
internal sealed class PublishedProgram
{
    private const string Name = "Aldis.AotApp";

    private readonly string _folder;

    private PublishedProgram(string folder) => _folder = folder;

    /// <summary>What has to be there for it to run, the runtime of .NET apart: programs and libraries, but no symbols and no documentation.</summary>
    public long Bytes => new DirectoryInfo(_folder).EnumerateFiles()
        .Where(file => file.Extension is not (".dbg" or ".pdb" or ".xml")).Sum(file => file.Length);

    /// <summary>Publishes it.</summary>
    /// <param name="kind">The name of its folder.</param>
    /// <param name="options">What is said to the build.</param>
    public static async Task<PublishedProgram> MakeAsync(string kind, params string[] options)
    {
        var folder = Path.GetFullPath(Path.Combine("artifacts", "startup", kind));
        var said = await RunAsync("dotnet", ["publish", Path.Combine("tests", Name), "-c", "Release", "--nologo", "-o", folder, .. options]);
        Console.Error.Write(said);
        return new PublishedProgram(folder);
    }

    /// <summary>Starts it, with the transport of a URI, and waits for its end.</summary>
    public async Task<ProgramStart> StartAsync(string uri)
    {
        var program = Path.Combine(_folder, Name);
        string[] command = File.Exists($"{program}.dll") ? ["dotnet", $"{program}.dll"] : [program];
        return ProgramStart.Parse(await RunAsync(
            command[0], [.. command[1..], "startup", uri, Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture)]));
    }

    private static async Task<string> RunAsync(string program, string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? said : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {said}");
    }
}
