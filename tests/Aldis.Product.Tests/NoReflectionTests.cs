using System.Diagnostics;

namespace Aldis.Product.Tests;

/// <summary>
/// Counts the reflection that a program needs for its events. The runtime lists every method that it compiles, and with code that was compiled beforehand
/// switched off it compiles every method before its first call: what is not in the list has not run.
/// </summary>
public sealed class NoReflectionTests : IDisposable
{
    private const string Reflecting = """
        #:project ../src/Aldis
        #:property PublishAot=false
        using Aldis;

        var handled = new TaskCompletionSource();
        Delegate handler = (Order order) => handled.SetResult();
        await using var bus = await EventBus.StartAsync(bus => bus.UseInMemory().Subscribe("billing", handler));
        await bus.PublishAsync(new Order("A"));
        await handled.Task;

        [Event("orders.placed")] file sealed record Order(string Id);
        """;

    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_storefront_needs_no_reflection_for_its_events()
    {
        var (said, compiled) = await RunAsync("storefront");
        Assert.Equal(Repository.Read("samples", "expected", "storefront.txt").Trim(), said[^1]);
        Assert.Contains(compiled, method => method.StartsWith("Billing:Bill(", StringComparison.Ordinal));
        Assert.Contains(compiled, method => method.StartsWith("Aldis.Events.JsonCodec:Decode[", StringComparison.Ordinal));

        var found = compiled.Where(IsSeam).ToArray();
        TestContext.Current.TestOutputHelper!.WriteLine($"{compiled.Length} methods ran, {found.Length} of them bind handlers or describe events by reflection");
        Assert.Empty(found);
    }

    [Fact]
    public async Task Every_seam_is_counted_in_a_program_that_hides_its_handler_and_its_event()
    {
        var program = Path.Combine(_folder, "reflecting");
        await File.WriteAllTextAsync(program + ".cs", Reflecting.Replace("../src/", Repository.Folder("src") + "/", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        var (_, compiled) = await RunAsync(program);
        Assert.All(ReflectionSeams.Types.Values.Append(ReflectionSeams.Json), seam
            => Assert.Contains(compiled, method => method.StartsWith(seam + ":", StringComparison.Ordinal)));
    }

    private static bool IsSeam(string method) => ReflectionSeams.Types.Values.Append(ReflectionSeams.Json)
        .Any(seam => method.StartsWith(seam, StringComparison.Ordinal) && method[seam.Length] is ':' or '+' or '`' or '[');

    /// <returns>What the program printed, and every method that it ran, as <c>Type:Method(…)</c>.</returns>
    private async Task<(string[] Said, string[] Compiled)> RunAsync(string name)
    {
        var list = Path.Combine(_folder, "compiled");
        var start = new ProcessStartInfo("dotnet", [await SampleProgram.PathAsync(name)])
        {
            WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true,
            Environment = { ["DOTNET_ReadyToRun"] = "0", ["DOTNET_JitDisasmSummary"] = "1", ["DOTNET_JitStdOutFile"] = list },
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await Task.WhenAll(output, error, process.WaitForExitAsync()).WaitAsync(TimeSpan.FromMinutes(2));

        const string Mark = "JIT compiled ";
        var compiled = from line in await File.ReadAllLinesAsync(list)
                       where line.Contains(Mark, StringComparison.Ordinal)
                       select line[(line.IndexOf(Mark, StringComparison.Ordinal) + Mark.Length)..line.LastIndexOf(" [", StringComparison.Ordinal)];
        string[] methods = [.. compiled.Distinct()];

        // When the runtime closes the list it may crash, about once in a hundred times: the exit code says nothing. That the program came to its end, the list says.
        Assert.Contains("System.AppDomain:OnProcessExit()", methods);
        return ((await output).Split('\n', StringSplitOptions.RemoveEmptyEntries), methods);
    }
}
