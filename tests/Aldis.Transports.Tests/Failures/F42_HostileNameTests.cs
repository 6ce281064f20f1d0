using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F42")]
public sealed class F42_HostileNameTests
{
    private static readonly string[] _names =
    [
        "../up", "..", ".", "a/../../b", "/etc/passwd", "C:\\Windows", "\\\\server\\share", "%2e%2e%2fup", "a%00b", "a\0b", "a'b", "a\"b", "a;DROP TABLE aldis_event;--", "a`b", "a b", " a",
        "a..b", "a*", "#", ">", "$", "-a", "a-", "ａ", "a\u202eb", "a\r\nb", new('a', 4096), new('a', 101), "",
    ];

    [Fact]
    public async Task Hostile_names_are_refused_and_hostile_texts_stay_texts()
    {
        await using var run = await HostileRun.StartAsync("sqlite");
        var (schema, files) = (Schema(run), Files(run));
        var accepted = _names.Count(name => Accepts(() => TopicName.Parse(name)) || Accepts(() => GroupName.Parse(name)));
        foreach (var name in _names.Where(name => name.Length is > 0 and < 256 && !name.Any(char.IsControl)))
        {
            // A key is a text of the user's: it is kept, and found again, letter by letter.
            await run.SendAsync(Envelopes.Make("x") with { Key = name, Type = $"no.{name}" });
            await Until.TrueAsync(() => run.Bus.DeadLetters.ListAsync(DeadLetterFilter.All with { Key = name }).ToBlockingEnumerable().Count() == 1);
            Assert.Equal(1, await run.Bus.DeadLetters.DiscardAsync(DeadLetterFilter.All with { Key = name, ReasonContains = name[..Math.Min(name.Length, 20)] }));
        }

        var changes = (Schema(run) == schema ? 0 : 1) + (Files(run).SequenceEqual(files) ? 0 : 1);
        Figures.Print("F42", $"names {_names.Length}, accepted {accepted} (bound 0), changes of the schema or the folder {changes} (bound 0)");
        Assert.Equal((0, 0), (accepted, changes));
        Assert.Equal("ok", StoredEvents.Integrity(run.File));
    }

    private static bool Accepts(Action parse)
    {
        try
        {
            parse();
            return true;
        }
        catch (AldisException error) when (error.Code == "ALD1001")
        {
            return false;
        }
    }

    private static string Schema(HostileRun run) => string.Join('\n', StoredEvents.Query(run.File, "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name"));

    private static string[] Files(HostileRun run) => [.. Directory.EnumerateFileSystemEntries(run.Folder).Order(StringComparer.Ordinal)];
}
