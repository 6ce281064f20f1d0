using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>An SQLite that is known to damage files, or does not write as it is told to.</summary>
[Trait("Failure", "F07")]
public sealed class F07_CarelessEngineTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("3051002", "ALD2004")]
    [InlineData("3040001", "ALD2004")]
    [InlineData("3051003", null)]
    public async Task An_engine_with_a_known_defect_is_refused_with_a_reason(string version, string? code)
        => await OpenAsync($"engine that says it is {version}", SqliteDurability.Durable, code, NativeTools.Careless(version));

    /// <summary>0 is OFF, 1 is NORMAL, 2 is FULL, 3 is EXTRA. Who can do with less says so by name.</summary>
    [Theory]
    [InlineData("0", SqliteDurability.Durable, "ALD2010")]
    [InlineData("1", SqliteDurability.Durable, "ALD2010")]
    [InlineData("2", SqliteDurability.Durable, null)]
    [InlineData("3", SqliteDurability.Durable, null)]
    [InlineData("0", SqliteDurability.Relaxed, "ALD2010")]
    [InlineData("1", SqliteDurability.Relaxed, null)]
    public async Task An_engine_that_writes_less_durably_than_it_should_is_refused_with_a_reason(string level, SqliteDurability durability, string? code)
        => await OpenAsync($"engine that goes to synchronous={level} at the level {durability}", durability, code, NativeTools.Careless(synchronous: level));

    private async Task OpenAsync(string what, SqliteDurability durability, string? code, Dictionary<string, string> environment)
    {
        Assert.SkipUnless(NativeTools.CanBeMade, "gcc is not installed");
        using var victim = VictimProcess.Within(environment, "open", _folder.File("events.db"), $"{durability}");
        await victim.UntilAsync("waiting");
        await victim.SayAsync("go");
        var said = (await victim.EndAsync())[^1];
        Figures.Print("F07", $"{what}: {(said == "opened" ? "opened" : said.Split(':')[0])}");
        if (code is null)
        {
            Assert.Equal("opened", said);
            return;
        }

        Assert.StartsWith($"refused {code}", said, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("events.db-wal")), "it was opened before it was refused");
    }
}
