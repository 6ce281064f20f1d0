using System.Text;
using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F39")]
public sealed class F39_ForeignTypeTests
{
    private static readonly string[] _names =
    [
        typeof(Trap).FullName!, typeof(Trap).AssemblyQualifiedName!, "Trap", "trap", $"{typeof(List<>).FullName}[[{typeof(Trap).AssemblyQualifiedName}]]",
        typeof(System.Diagnostics.Process).AssemblyQualifiedName!,
    ];

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task Nothing_is_made_that_the_catalogue_does_not_name(string transport)
    {
        await using var run = await HostileRun.StartAsync(transport);
        var shape = TopicName.Parse("shape");
        var (dead, handled) = (0, 0);
        foreach (var name in _names)
        {
            // As the type of the event, beside one that is well known, and inside the body.
            await run.SendAsync(Envelopes.Make("x") with { Type = name });
            await run.SendAsync(Envelopes.Make("x") with { Topic = shape, Type = name, Body = "{}"u8.ToArray() });
            await run.SendAsync(Envelopes.Make("x") with { Topic = shape, Type = "shape", Body = Json($$"""{"$type":"{{name}}"}""") });
            dead += 3;
            // To an event of one shape "$type" is a member like any other that it does not have.
            await run.SendAsync(Envelopes.Make("x") with { Body = Json($$"""{"$type":"{{name}}","text":"plain"}""") });
            handled++;
        }

        await run.SendAsync(Envelopes.Make("x") with { Topic = shape, Type = "shape", Body = Json("""{"$type":"circle","radius":2}""") });
        var letters = await run.DeadAsync(dead);
        await Until.TrueAsync(() => run.Handled.Count == handled + 1);
        Figures.Print("F39", $"{transport}: names {_names.Length}, dead-lettered {letters.Length} of {dead}, made {Trap.Made} (bound 0)");
        Assert.Equal(0, Trap.Made);
        Assert.Equal(dead, letters.Length);
        Assert.All(letters, letter => Assert.Matches("^ALD(1005|1405)", letter.Reason));
        Assert.All(letters, letter => Assert.Equal(1, letter.Attempts));
        Assert.Equal(["Circle", .. Enumerable.Repeat("plain", handled)], run.Handled.Order(StringComparer.Ordinal));
    }

    private static byte[] Json(string text) => Encoding.UTF8.GetBytes(text);
}
