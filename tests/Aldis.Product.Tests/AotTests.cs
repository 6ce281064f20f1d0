using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace Aldis.Product.Tests;

/// <summary>Aldis in a program that is compiled to machine code: nothing is found out by reflection, and nothing is warned about.</summary>
public sealed partial class AotTests : IDisposable
{
    private const int Starts = 5;

    private static readonly string _project = Path.Combine("tests", "Aldis.AotApp");
    private static readonly string _output = Path.Combine(AppContext.BaseDirectory, "aot");
    private static readonly string _program = Path.Combine(_output, "Aldis.AotApp");
    private static readonly Lazy<Task<string>> _published = new(PublishAsync);
    private static string _broker = "";
    private static string _database = "";

    [GeneratedRegex(@"(?i)\bwarning( [A-Z]+\d+)? ?:")]
    private static partial Regex Warning { get; }

    [GeneratedRegex(@"^ILC : Trim analysis warning IL\d+: Confluent\.Kafka\.")]
    private static partial Regex OfKafka { get; }

    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>The client of Kafka finds its own methods by reflection, and says so: it is kept as a whole, and works.</summary>
    [Fact]
    public async Task Compiling_to_machine_code_warns_of_nothing_but_the_client_of_Kafka()
    {
        NeedCompiler();
        var lines = (await _published.Value).Split('\n');
        Assert.DoesNotContain(lines, line => Warning.IsMatch(line) && !OfKafka.IsMatch(line));
    }

    [Fact]
    public async Task Everything_that_works_works_as_machine_code()
    {
        NeedCompiler();
        await _published.Value;
        _broker = RabbitServer.IsThere ? (await RabbitServer.SharedAsync()).Uri : "";
        _database = PostgresServer.IsThere ? (await PostgresServer.SharedAsync()).Uri : "";
        var (exit, lines) = await RunAsync();
        Assert.True(exit == 0, string.Join('\n', lines));
        Assert.NotEmpty(lines);
        Assert.All(lines, line => Assert.StartsWith("done ", line, StringComparison.Ordinal));
    }

    [Fact]
    public async Task An_event_is_handled_soon_after_the_start()
    {
        NeedCompiler();
        await _published.Value;
        var memory = await StartsAsync(_ => "memory:");
        var sqlite = await StartsAsync(start => $"sqlite:{Path.Combine(_folder, $"{start}.db")}");
        Figures.Print("aot", string.Create(CultureInfo.InvariantCulture,
            $"bytes {new FileInfo(_program).Length}  first event in memory {memory.Ms:0.0} ms, on SQLite {sqlite.Ms:0.0} ms  working set {sqlite.WorkingSet}"));
        Assert.InRange(memory.Ms, 0, 1000);
        Assert.InRange(sqlite.Ms, 0, 1000);
    }

    /// <summary>Starts the program some times, and gives the quickest start and the working set at its first event.</summary>
    private static async Task<(double Ms, long WorkingSet)> StartsAsync(Func<int, string> uri)
    {
        var starts = new List<(double Ms, long WorkingSet)>();
        for (var start = 0; start < Starts; start++)
        {
            var (exit, lines) = await RunAsync("startup", uri(start), Stopwatch.GetTimestamp().ToString(CultureInfo.InvariantCulture));
            Assert.Equal(0, exit);
            var figures = Assert.Single(lines).Split(' ');
            starts.Add((double.Parse(figures[1], CultureInfo.InvariantCulture), long.Parse(figures[2], CultureInfo.InvariantCulture)));
        }

        return starts.Min();
    }

    private static async Task<(int Exit, string[] Lines)> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(_program, arguments)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, Environment = { ["ALDIS_TEST_RABBITMQ"] = _broker, ["ALDIS_TEST_POSTGRESQL"] = _database },
        })!;
        return await SampleProgram.FinishAsync(process);
    }

    private static async Task<string> PublishAsync()
        => await DotNet.BuildAsync(_project, "-v", "quiet") + await DotNet.PublishAsync(_project, "-o", _output);

    /// <summary>The program is published for one kind of machine, and linked with what that machine has.</summary>
    private static void NeedCompiler()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && RuntimeInformation.ProcessArchitecture == Architecture.X64, "the program is for linux-x64");
        Programs.Need("gcc");
    }
}
