using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>A private group lives as long as its receiver: like any other until then, and afterwards as if it had never been.</summary>
internal static class PrivateGroupScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("A private group gets what is sent while it is open, and nothing from before", _ => true, WhileOpen),
        new("Every private group gets every event, and so do the others", _ => true, FanOut),
        new("A private group that is slow gets what the others are through with", _ => true, Slow),
        new("A private group has retries and dead letters, and takes its dead letters with it", features => features.DeadLetters, DeadLetters),
        new("A private group that is closed is forgotten with all it held", _ => true, Closed),
        new("Private groups take nothing from the first group of a topic", features => features.KeepsForFirstGroup, FirstGroup),
    ];

    private static async Task WhileOpen(Stage stage)
    {
        await stage.ReceiverAsync("other").ConfigureAwait(false);
        await stage.SendAsync("before").ConfigureAwait(false);
        var receiver = await stage.PrivateReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("after").ConfigureAwait(false);
        Stage.RequireSame(["after"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what the private group got");
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }

    private static async Task FanOut(Stage stage)
    {
        IReceiver[] receivers =
        [
            await stage.PrivateReceiverAsync("each-instance.1").ConfigureAwait(false), await stage.ReceiverAsync().ConfigureAwait(false),
            await stage.PrivateReceiverAsync("each-instance.2").ConfigureAwait(false),
        ];
        await stage.SendAsync("a", "b", "c").ConfigureAwait(false);
        foreach (var receiver in receivers)
        {
            var received = await stage.ReceiveAsync(receiver, 3).ConfigureAwait(false);
            Stage.RequireSame(["a", "b", "c"], Stage.Bodies(received).Order(), "what a group got");
            await Stage.SettleAsync(receiver, Verdict.Done, received).ConfigureAwait(false);
        }
    }

    private static async Task Slow(Stage stage)
    {
        var (slow, quick) = (await stage.PrivateReceiverAsync().ConfigureAwait(false), await stage.ReceiverAsync().ConfigureAwait(false));
        await stage.SendAsync("a", "b", "c").ConfigureAwait(false);
        await Stage.SettleAsync(quick, Verdict.Done, await stage.ReceiveAsync(quick, 3).ConfigureAwait(false)).ConfigureAwait(false);
        await stage.AdvanceAsync(TimeSpan.FromMinutes(5)).ConfigureAwait(false);
        Stage.RequireSame(["a", "b", "c"], Stage.Bodies(await stage.ReceiveAsync(slow, 3).ConfigureAwait(false)).Order(), "what the slow group got");
    }

    private static async Task DeadLetters(Stage stage)
    {
        var (mine, other) = (await stage.PrivateReceiverAsync().ConfigureAwait(false), await stage.ReceiverAsync("other").ConfigureAwait(false));
        await stage.SendAsync("ill").ConfigureAwait(false);
        await Stage.SettleAsync(other, Verdict.Dead("x"), await stage.ReceiveAsync(other, 1).ConfigureAwait(false)).ConfigureAwait(false);
        await Stage.SettleAsync(mine, Verdict.Retry(TimeSpan.Zero), await stage.ReceiveAsync(mine, 1).ConfigureAwait(false)).ConfigureAwait(false);
        var again = await stage.ReceiveAsync(mine, 1).ConfigureAwait(false);
        await Stage.SettleAsync(mine, Verdict.Dead("x"), again).ConfigureAwait(false);
        Stage.Require(again[0].Attempt == 2, $"the attempt should be 2, but is {again[0].Attempt}");
        Stage.RequireSame(["each-instance.1", "other"], await GroupsAsync(stage).ConfigureAwait(false), "the groups with a dead letter");
        await mine.DisposeAsync().ConfigureAwait(false);
        Stage.RequireSame(["other"], await GroupsAsync(stage).ConfigureAwait(false), "the groups with a dead letter");
    }

    private static async Task Closed(Stage stage)
    {
        await stage.ReceiverAsync("other").ConfigureAwait(false);
        var closed = await stage.PrivateReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("held", "again", "waiting").ConfigureAwait(false);
        var held = await stage.ReceiveAsync(closed, 2).ConfigureAwait(false);
        await Stage.SettleAsync(closed, Verdict.Retry(TimeSpan.Zero), held[1]).ConfigureAwait(false);
        await closed.DisposeAsync().ConfigureAwait(false);
        var refused = await Stage.SettleAsync(closed, Verdict.Done, held[0]).ConfigureAwait(false);
        Stage.Require(refused.Count == 1, "a settlement was not refused although its group was closed");

        await stage.SendAsync("meanwhile").ConfigureAwait(false);
        var opened = await stage.PrivateReceiverAsync().ConfigureAwait(false);
        await stage.ReceiveNothingAsync(opened, TimeSpan.FromMinutes(1)).ConfigureAwait(false);
        await stage.SendAsync("after").ConfigureAwait(false);
        Stage.RequireSame(["after"], Stage.Bodies(await stage.ReceiveAsync(opened, 1).ConfigureAwait(false)), "what the group got that was opened anew");
    }

    private static async Task FirstGroup(Stage stage)
    {
        await stage.SendAsync("before").ConfigureAwait(false);
        var gone = await stage.PrivateReceiverAsync("each-instance.1").ConfigureAwait(false);
        await stage.SendAsync("a").ConfigureAwait(false);
        await Stage.SettleAsync(gone, Verdict.Done, await stage.ReceiveAsync(gone, 1).ConfigureAwait(false)).ConfigureAwait(false);
        await gone.DisposeAsync().ConfigureAwait(false);
        var open = await stage.PrivateReceiverAsync("each-instance.2").ConfigureAwait(false);
        await stage.SendAsync("b").ConfigureAwait(false);
        await Stage.SettleAsync(open, Verdict.Done, await stage.ReceiveAsync(open, 1).ConfigureAwait(false)).ConfigureAwait(false);

        var first = await stage.ReceiverAsync().ConfigureAwait(false);
        Stage.RequireSame(["a", "b", "before"], Stage.Bodies(await stage.ReceiveAsync(first, 3).ConfigureAwait(false)).Order(), "what the first group got");
    }

    private static async Task<List<string>> GroupsAsync(Stage stage)
    {
        var groups = new List<string>();
        await foreach (var letter in DeadLetterScenarios.Store(stage).ListAsync(DeadLetterFilter.All).ConfigureAwait(false))
        {
            groups.Add(letter.Group.Value);
        }

        groups.Sort(StringComparer.Ordinal);
        return groups;
    }
}
