using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>Done is done; a retry comes again, later, with a higher attempt; what a handler published goes with its verdict.</summary>
internal static class SettlementScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("What is done does not come again", _ => true, Done),
        new("A retry comes again with the next attempt", _ => true, Retry),
        new("A retry does not come before its time", features => features.Delays, Delayed),
        new("A retry does not hold the others up", _ => true, OthersGoOn),
        new("Deliveries may be settled in any order", _ => true, AnyOrder),
        new("What is published with a verdict arrives", features => features.AtomicSettlement, PublishedWith),
        new("A settlement of what is settled is refused, with what it published", features => features.AtomicSettlement, Twice),
    ];

    private static async Task Done(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("a", "b").ConfigureAwait(false);
        var refused = await Stage.SettleAsync(receiver, Verdict.Done, await stage.ReceiveAsync(receiver, 2).ConfigureAwait(false)).ConfigureAwait(false);
        Stage.Require(refused.Count == 0, $"{refused.Count} settlements were refused");
        await receiver.DisposeAsync().ConfigureAwait(false);
        await stage.ReceiveNothingAsync(await stage.ReceiverAsync().ConfigureAwait(false), TimeSpan.FromMinutes(10)).ConfigureAwait(false);
    }

    private static async Task Retry(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("again").ConfigureAwait(false);
        for (var attempt = 1; attempt <= 3; attempt++)
        {
            var received = await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false);
            Stage.RequireSame(["again"], Stage.Bodies(received), "what came again");
            Stage.Require(received[0].Attempt == attempt, $"the attempt should be {attempt}, but is {received[0].Attempt}");
            await Stage.SettleAsync(receiver, Verdict.Retry(TimeSpan.Zero), received).ConfigureAwait(false);
        }
    }

    private static async Task Delayed(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("later").ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Retry(TimeSpan.FromMinutes(1)), await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false))
            .ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(50)).ConfigureAwait(false);
        await stage.AdvanceAsync(TimeSpan.FromSeconds(11)).ConfigureAwait(false);
        Stage.RequireSame(["later"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what was due");
    }

    private static async Task OthersGoOn(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("slow").ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Retry(TimeSpan.FromHours(1)), await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)).ConfigureAwait(false);
        await stage.SendAsync("next").ConfigureAwait(false);
        Stage.RequireSame(["next"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what went on");
    }

    private static async Task AnyOrder(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var bodies = Enumerable.Range(0, 20).Select(number => $"{number:00}").ToArray();
        await stage.SendAsync(bodies).ConfigureAwait(false);
        var received = await stage.ReceiveByNameAsync(receiver, bodies.Length).ConfigureAwait(false);
        foreach (var delivery in received.Where((_, index) => index % 2 == 1).Reverse())
        {
            await Stage.SettleAsync(receiver, Verdict.Done, delivery).ConfigureAwait(false);
        }

        await receiver.DisposeAsync().ConfigureAwait(false);
        var again = await stage.ReceiveAsync(await stage.ReceiverAsync().ConfigureAwait(false), 10).ConfigureAwait(false);
        Stage.RequireSame(bodies.Where((_, index) => index % 2 == 0), Stage.Bodies(again).Order(), "what was not settled");
    }

    private static async Task PublishedWith(Stage stage)
    {
        var other = TopicName.Parse("conformance.outcome");
        var (receiver, outcome) = (await stage.ReceiverAsync().ConfigureAwait(false), await stage.ReceiverAsync(topic: other).ConfigureAwait(false));
        await stage.SendAsync("cause").ConfigureAwait(false);
        var cause = (await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false))[0];
        await stage.ReceiveNothingAsync(outcome, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        await receiver.SettleAsync(new[] { new Settlement(cause, Verdict.Done, [stage.Envelope("effect", other)]) }, CancellationToken.None).ConfigureAwait(false);
        Stage.RequireSame(["effect"], Stage.Bodies(await stage.ReceiveAsync(outcome, 1).ConfigureAwait(false)), "what was published");
    }

    private static async Task Twice(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("once").ConfigureAwait(false);
        var delivery = (await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false))[0];
        await Stage.SettleAsync(receiver, Verdict.Done, delivery).ConfigureAwait(false);
        var late = new Settlement(delivery, Verdict.Done, [stage.Envelope("must not appear")]);
        var refused = await receiver.SettleAsync(new[] { late }, CancellationToken.None).ConfigureAwait(false);
        Stage.Require(refused.Count == 1, "the second settlement was not refused");
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }
}
