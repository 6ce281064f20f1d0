using Aldis.Events;

namespace Aldis.Testing.Conformance;

/// <summary>Every group gets every event; inside a group one member gets it.</summary>
internal static class GroupScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("Every group gets every event", _ => true, FanOut),
        new("Inside a group each event goes to one member", _ => true, Competing),
        new("Topics are kept apart", _ => true, TopicsApart),
        new("A group gets what was sent while no member was there", features => features.Durable >= Durability.Written, WhileAway),
        new("The first group of a topic gets what was sent before it came", features => features.KeepsForFirstGroup, FirstGroup),
        new("A later group begins with what comes next", _ => true, LaterGroup),
        new("A waiting member is woken by a send", _ => true, Woken),
        new("A cancelled receive takes nothing", _ => true, CancelledReceive),
    ];

    private static async Task FanOut(Stage stage)
    {
        var (left, right) = (await stage.ReceiverAsync("left").ConfigureAwait(false), await stage.ReceiverAsync("right").ConfigureAwait(false));
        await stage.SendAsync("a", "b", "c").ConfigureAwait(false);
        foreach (var receiver in new[] { left, right })
        {
            var received = await stage.ReceiveAsync(receiver, 3).ConfigureAwait(false);
            Stage.RequireSame(["a", "b", "c"], Stage.Bodies(received).Order(), "what a group got");
            await Stage.SettleAsync(receiver, Transports.Verdict.Done, received).ConfigureAwait(false);
        }
    }

    private static async Task Competing(Stage stage)
    {
        var (one, two) = (await stage.ReceiverAsync().ConfigureAwait(false), await stage.ReceiverAsync().ConfigureAwait(false));
        await stage.SendAsync([.. Enumerable.Range(0, 20).Select(number => $"{number:00}")]).ConfigureAwait(false);
        var received = new List<string>();
        while (received.Count < 20)
        {
            var (holder, _, some) = await stage.ReceiveFromEitherAsync(one, two, 5).ConfigureAwait(false);
            received.AddRange(Stage.Bodies(some));
            await Stage.SettleAsync(holder, Transports.Verdict.Done, some).ConfigureAwait(false);
        }

        Stage.RequireSame(Enumerable.Range(0, 20).Select(number => $"{number:00}"), received.Order(), "what both got together");
        await stage.ReceiveNothingAsync(one, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        await stage.ReceiveNothingAsync(two, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }

    private static async Task TopicsApart(Stage stage)
    {
        var other = TopicName.Parse("conformance.other");
        var (here, there) = (await stage.ReceiverAsync().ConfigureAwait(false), await stage.ReceiverAsync(topic: other).ConfigureAwait(false));
        await stage.SendAsync("here").ConfigureAwait(false);
        await stage.SendAsync(stage.Envelope("there", other)).ConfigureAwait(false);
        Stage.RequireSame(["here"], Stage.Bodies(await stage.ReceiveAsync(here, 1).ConfigureAwait(false)), "the one topic");
        Stage.RequireSame(["there"], Stage.Bodies(await stage.ReceiveAsync(there, 1).ConfigureAwait(false)), "the other topic");
        await stage.ReceiveNothingAsync(here, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }

    private static async Task WhileAway(Stage stage)
    {
        await (await stage.ReceiverAsync().ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        await stage.SendAsync("meanwhile").ConfigureAwait(false);
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        Stage.RequireSame(["meanwhile"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what came meanwhile");
    }

    private static async Task FirstGroup(Stage stage)
    {
        await stage.SendAsync("early").ConfigureAwait(false);
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        Stage.RequireSame(["early"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what came before");
    }

    private static async Task LaterGroup(Stage stage)
    {
        await stage.ReceiverAsync("first").ConfigureAwait(false);
        await stage.SendAsync("before").ConfigureAwait(false);
        var receiver = await stage.ReceiverAsync("later").ConfigureAwait(false);
        await stage.SendAsync("after").ConfigureAwait(false);
        Stage.RequireSame(["after"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what the later group got");
    }

    private static async Task Woken(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var receiving = stage.ReceiveAsync(receiver, 1);
        await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System).ConfigureAwait(false);
        Stage.Require(!receiving.IsCompleted, "a receive came back with nothing sent");
        await stage.SendAsync("now").ConfigureAwait(false);
        Stage.RequireSame(["now"], Stage.Bodies(await receiving.ConfigureAwait(false)), "what woke it");
    }

    private static async Task CancelledReceive(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromMilliseconds(10)).ConfigureAwait(false);
        await stage.SendAsync("still there").ConfigureAwait(false);
        var received = await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false);
        Stage.Require(received[0].Attempt == 1, $"the attempt should be 1, but is {received[0].Attempt}");
    }
}
