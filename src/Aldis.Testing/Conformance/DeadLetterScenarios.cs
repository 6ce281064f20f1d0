using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>What a group gives up is kept with everything known about it, and can be handed back or thrown away.</summary>
internal static class DeadLetterScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("A dead letter is kept with its reason, its attempts and its bytes", _ => true, Kept),
        new("A dead letter of a retried event is kept as well", _ => true, KeptAfterRetry),
        new("Dead letters are found by topic, group and id", _ => true, Filtered),
        new("A redriven dead letter comes again, with attempts counted from 1", _ => true, Redriven),
        new("A discarded dead letter is gone", _ => true, Discarded),
    ];

    private static async Task Kept(Stage stage)
    {
        var receiver = await stage.ReceiverAsync("doctor").ConfigureAwait(false);
        await stage.SendAsync("ill", "well").ConfigureAwait(false);
        var received = await stage.ReceiveAsync(receiver, 2).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Dead("no cure", "Error: x"), received[0]).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Done, received[1]).ConfigureAwait(false);
        var letters = await ListAsync(stage, DeadLetterFilter.All).ConfigureAwait(false);
        Stage.Require(letters.Count == 1, $"there should be 1 dead letter, but there are {letters.Count}");
        Stage.RequireSame(
            new object?[] { received[0].Envelope.Id, "doctor", 1, "no cure", "Error: x" },
            [letters[0].Envelope.Id, letters[0].Group.Value, letters[0].Attempts, letters[0].Reason, letters[0].Error], "the dead letter");
        Stage.RequireSame("ill"u8.ToArray(), letters[0].Envelope.Body.ToArray(), "the bytes");
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromMinutes(1)).ConfigureAwait(false);
    }

    private static async Task KeptAfterRetry(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("ill").ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Retry(TimeSpan.Zero), await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Dead("no cure"), await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)).ConfigureAwait(false);
        var letters = await ListAsync(stage, DeadLetterFilter.All).ConfigureAwait(false);
        Stage.RequireSame([2], letters.Select(letter => letter.Attempts), "the attempts of the dead letters");
    }

    private static async Task Filtered(Stage stage)
    {
        foreach (var group in new[] { "left", "right" })
        {
            await stage.ReceiverAsync(group).ConfigureAwait(false);
        }

        await stage.SendAsync("a", "b").ConfigureAwait(false);
        var ids = new List<EventId>();
        foreach (var group in new[] { "left", "right" })
        {
            var receiver = await stage.ReceiverAsync(group).ConfigureAwait(false);
            var received = await stage.ReceiveAsync(receiver, 2).ConfigureAwait(false);
            ids.Add(received[0].Envelope.Id);
            await Stage.SettleAsync(receiver, Verdict.Dead("x"), received).ConfigureAwait(false);
        }

        async Task Expect(int count, DeadLetterFilter filter)
        {
            var found = await ListAsync(stage, filter).ConfigureAwait(false);
            Stage.Require(found.Count == count, $"{count} should be found by {filter}, but {found.Count} are");
        }

        await Expect(4, new DeadLetterFilter { Topic = Stage.Topic.Value }).ConfigureAwait(false);
        await Expect(0, new DeadLetterFilter { Topic = "another" }).ConfigureAwait(false);
        await Expect(2, new DeadLetterFilter { Group = "left" }).ConfigureAwait(false);
        await Expect(2, new DeadLetterFilter { Id = ids[0] }).ConfigureAwait(false);
        await Expect(1, new DeadLetterFilter { Id = ids[0], Group = "right" }).ConfigureAwait(false);
    }

    private static async Task Redriven(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("ill").ConfigureAwait(false);
        var received = await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Dead("x"), received).ConfigureAwait(false);
        var redriven = await Store(stage).RedriveAsync(new DeadLetterFilter { Id = received[0].Envelope.Id }).ConfigureAwait(false);
        Stage.Require(redriven == 1, $"1 should be redriven, but {redriven} were");
        var again = (await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false))[0];
        Stage.RequireSame(new object[] { received[0].Envelope.Id, 1 }, [again.Envelope.Id, again.Attempt], "the redriven event");
        Stage.Require((await ListAsync(stage, DeadLetterFilter.All).ConfigureAwait(false)).Count == 0, "a redriven event is still among the dead letters");
    }

    private static async Task Discarded(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("a", "b").ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Dead("x"), await stage.ReceiveAsync(receiver, 2).ConfigureAwait(false)).ConfigureAwait(false);
        var discarded = await Store(stage).DiscardAsync(DeadLetterFilter.All).ConfigureAwait(false);
        Stage.Require(discarded == 2, $"2 should be discarded, but {discarded} were");
        Stage.Require((await ListAsync(stage, DeadLetterFilter.All).ConfigureAwait(false)).Count == 0, "there are dead letters left");
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }

    public static IDeadLetterStore Store(Stage stage) => stage.Transport as IDeadLetterStore
        ?? throw new ConformanceException("the transport keeps no dead letters");

    private static async Task<List<DeadLetter>> ListAsync(Stage stage, DeadLetterFilter filter)
    {
        var letters = new List<DeadLetter>();
        await foreach (var letter in Store(stage).ListAsync(filter).ConfigureAwait(false))
        {
            letters.Add(letter);
        }

        return letters;
    }
}
