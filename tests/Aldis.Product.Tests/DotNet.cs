using System.Diagnostics;

namespace Aldis.Product.Tests;

/// <summary>The command <c>dotnet</c>, in the folder of the repository.</summary>
internal static class DotNet
{
    private static readonly SemaphoreSlim _turn = new(1);     // programs share libraries: two builds at once would write the same files

    /// <summary>Builds something in its Release configuration.</summary>
    /// <returns>What the build said.</returns>
    public static async Task<string> BuildAsync(string what, params string[] options)
    {
        await _turn.WaitAsync();
        try
        {
            return await RunAsync("build", what, options);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Publishes what was built. It writes nothing that programs share, and needs no turn.</summary>
    /// <returns>What the build said.</returns>
    public static Task<string> PublishAsync(string what, params string[] options) => RunAsync("publish", what, ["--no-build", .. options]);

    private static async Task<string> RunAsync(string command, string what, string[] options)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [command, what, "-c", "Release", "--nologo", .. options])
        {
            WorkingDirectory = Repository.Root, RedirectStandardInput = true, RedirectStandardOutput = true,
        })!;
        process.StandardInput.Close();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, said);
        return said;
    }
}
