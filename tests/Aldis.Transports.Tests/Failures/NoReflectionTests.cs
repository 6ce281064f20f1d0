using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>A program without JSON by reflection: every other test of this folder runs on its source-generated context, and here is what it does not know.</summary>
public sealed class NoReflectionTests
{
    [Fact]
    public async Task An_event_without_metadata_is_refused_with_what_to_do()
    {
        using var folder = new TemporaryFolder();
        using var victim = new VictimProcess("unknown", folder.File("events.db"));
        Assert.Equal(["ALD1007"], await victim.EndAsync());
    }
}
