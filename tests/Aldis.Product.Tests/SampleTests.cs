namespace Aldis.Product.Tests;

/// <summary>Every sample does what it says.</summary>
public sealed class SampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData("00-first-event")]
    [InlineData("03-carry")]
    [InlineData("03-topic")]
    [InlineData("06-handlers")]
    [InlineData("07-durable-queue")]
    [InlineData("08-fleet")]
    public async Task A_sample_prints_what_is_expected(string name)
    {
        var (exit, lines) = await SampleProgram.RunAsync(name, _folder, []);
        Assert.Equal(0, exit);
        Assert.Equal(Repository.Read("samples", "expected", name + ".txt").Trim(), string.Join('\n', lines));
    }

    /// <summary>A program of one file is built for Native AOT, so what runs here without a context has its events described by the generator.</summary>
    [Theory]
    [InlineData("00-first-event")]
    [InlineData("03-carry")]
    [InlineData("06-handlers")]
    [InlineData("06-row-triggers")]
    [InlineData("07-durable-queue")]
    [InlineData("08-fleet")]
    [InlineData("storefront")]
    public async Task A_sample_with_a_bus_runs_with_the_reflection_of_JSON_switched_off(string name)
    {
        var config = await File.ReadAllTextAsync(Path.ChangeExtension(await SampleProgram.PathAsync(name), "runtimeconfig.json"), TestContext.Current.CancellationToken);
        Assert.Contains("\"System.Text.Json.JsonSerializer.IsReflectionEnabledByDefault\": false", config, StringComparison.Ordinal);
        Assert.DoesNotContain("UseJson", Repository.Read("samples", name + ".cs"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_on_handlers_shows_what_its_sample_prints()
    {
        var page = Repository.Read("docs", "learn", "handlers.md");
        var start = page.IndexOf("```text\n", StringComparison.Ordinal) + "```text\n".Length;
        var shown = page[start..page.IndexOf("```", start, StringComparison.Ordinal)];
        Assert.Contains(shown, Repository.Read("samples", "expected", "06-handlers.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_sample_has_an_expected_output()
    {
        var samples = Directory.GetFiles(Path.Combine(Repository.Root, "samples"), "*.cs").Select(Path.GetFileNameWithoutExtension);
        var expected = Directory.GetFiles(Path.Combine(Repository.Root, "samples", "expected"), "*.txt").Select(Path.GetFileNameWithoutExtension);
        Assert.Equal(samples.Order(), expected.Order());
    }
}
