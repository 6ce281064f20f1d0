using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>What a group gives up is kept with everything known about it, and can be handed back or thrown away.</summary>
internal static class DeadLetterScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("A dead letter is kept with its reason, its attempts and its bytes", features => features.DeadLetters, Kept),
        new("A dead letter of a retried event is kept as well", features => features.DeadLetters, KeptAfterRetry),
        new("Dead letters are found by topic, group and id", features => features.DeadLetters, Filtered),
        new("A redriven dead letter comes again, with attempts counted from 1", features => features.DeadLetters, Redriven),
        new("A discarded dead letter is gone", features => features.DeadLetters, Discarded),
        new("Dead letters are found by key, type, time and reason", features => features.DeadLetters, FoundByContent),
        new("A corrected copy takes the place of a dead letter", features => features.DeadLetters, Replaced),
        new("A copy of another topic, with another key or with the same id is refused", features => features.DeadLetters, UnfitCopy),
        new("What is not a dead letter any more is not replaced", features => features.DeadLetters, ReplacedTooLate),
        new("A dead letter says whether it holds its key and how many events wait behind it", features => features is { DeadLetters: true, KeyOrder: true }, Parked),
        new("A corrected copy comes before the events that waited for the original", features => features is { DeadLetters: true, KeyOrder: true }, ReplacedHead),
    ];

    private static async Task Kept(Stage stage)
    {
        var receiver = await stage.ReceiverAsync("doctor").ConfigureAwait(false);
        await stage.SendAsync("ill", "well").ConfigureAwait(false);
        var received = await stage.ReceiveByNameAsync(receiver, 2).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Dead("no cure", "Error: x"), received[0]).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Done, received[1]).ConfigureAwait(false);
        var letters = await ListAsync(stage, DeadLetterFilter.All).ConfigureAwait(false);
        Stage.Require(letters.Count == 1, $"there should be 1 dead letter, but there are {letters.Count}");
        Stage.RequireSame(
            new object?[] { received[0].Envelope.Id, "doctor", 1, "no cure", "Error: x" },
            [letters[0].Envelope.Id, letters[0].Group.Value, letters[0].Attempts, letters[0].Reason, letters[0].Error], "the dead letter");
        Stage.RequireSame([DeadLetter.Here], [letters[0].Where], "where it was given up");
        Stage.Require(letters[0] is { HoldsKey: false, Parked: 0 }, "nothing should wait behind an event without a key");
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
        IReceiver[] receivers = [await stage.ReceiverAsync("left").ConfigureAwait(false), await stage.ReceiverAsync("right").ConfigureAwait(false)];
        await stage.SendAsync("a", "b").ConfigureAwait(false);
        var ids = new List<EventId>();
        foreach (var receiver in receivers)
        {
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

    private static async Task FoundByContent(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var type = Stage.Topic.Value + ".v2";
        Envelope[] sent = [stage.Envelope("a") with { Key = "a" }, stage.Envelope("b") with { Type = type }, stage.Envelope("c")];
        await stage.SendAsync(sent).ConfigureAwait(false);
        var received = await stage.ReceiveByNameAsync(receiver, 3).ConfigureAwait(false);
        var times = new List<DateTimeOffset>();
        foreach (var delivery in received)
        {
            await Stage.SettleAsync(receiver, Verdict.Dead($"no use for {Stage.Bodies([delivery])[0]}_%"), delivery).ConfigureAwait(false);
            await stage.AdvanceAsync(TimeSpan.FromSeconds(1)).ConfigureAwait(false);
            times.Add((await ListAsync(stage, new DeadLetterFilter { Id = delivery.Envelope.Id }).ConfigureAwait(false))[0].DiedAt);
        }

        async Task Expect(string bodies, DeadLetterFilter filter)
        {
            var found = await ListAsync(stage, filter).ConfigureAwait(false);
            var texts = found.Select(letter => System.Text.Encoding.UTF8.GetString(letter.Envelope.Body.Span)).ToArray();
            Stage.RequireSame([bodies], [string.Concat(texts)], $"what is found by {filter}");
            Stage.Require(found.TrueForAll(filter.Means), $"{filter} does not mean what was found by it");
        }

        await Expect("a", new DeadLetterFilter { Key = "a" }).ConfigureAwait(false);
        await Expect("", new DeadLetterFilter { Key = "b" }).ConfigureAwait(false);
        await Expect("b", new DeadLetterFilter { Type = type }).ConfigureAwait(false);
        await Expect("ac", new DeadLetterFilter { Type = Stage.Topic.Value }).ConfigureAwait(false);
        await Expect("bc", new DeadLetterFilter { DiedSince = times[1] }).ConfigureAwait(false);
        await Expect("a", new DeadLetterFilter { DiedBefore = times[1] }).ConfigureAwait(false);
        await Expect("b", new DeadLetterFilter { DiedSince = times[1], DiedBefore = times[2] }).ConfigureAwait(false);
        await Expect("c", new DeadLetterFilter { ReasonContains = "for c_%" }).ConfigureAwait(false);
        await Expect("", new DeadLetterFilter { ReasonContains = "FOR C" }).ConfigureAwait(false);
        await Expect("abc", new DeadLetterFilter { ReasonContains = "use" }).ConfigureAwait(false);
        await Expect("", new DeadLetterFilter { Key = "a", ReasonContains = "for c" }).ConfigureAwait(false);
        var discarded = await Store(stage).DiscardAsync(new DeadLetterFilter { ReasonContains = "for b" }).ConfigureAwait(false);
        var redriven = await Store(stage).RedriveAsync(new DeadLetterFilter { DiedSince = times[1] }).ConfigureAwait(false);
        Stage.RequireSame([1, 1], [discarded, redriven], "how many were discarded and redriven");
        await Expect("a", DeadLetterFilter.All).ConfigureAwait(false);
    }

    private static async Task Replaced(Stage stage)
    {
        var (left, right) = (await stage.ReceiverAsync("left").ConfigureAwait(false), await stage.ReceiverAsync("right").ConfigureAwait(false));
        await stage.SendAsync("ill").ConfigureAwait(false);
        foreach (var receiver in new[] { left, right })
        {
            await Stage.SettleAsync(receiver, Verdict.Dead("x", "y"), await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)).ConfigureAwait(false);
        }

        var letter = (await ListAsync(stage, new DeadLetterFilter { Group = "left" }).ConfigureAwait(false))[0];
        var copy = stage.Envelope("well") with { Headers = Headers.Of(("causationid", letter.Envelope.Id.ToString())), Type = Stage.Topic.Value + ".v2" };
        Stage.Require(await Store(stage).ReplaceAsync(letter, copy).ConfigureAwait(false), "the dead letter was not replaced");
        var came = (await stage.ReceiveAsync(left, 1).ConfigureAwait(false))[0];
        Stage.RequireSame(
            new object?[] { copy.Id, copy.Type, 1, letter.Envelope.Id.ToString() },
            [came.Envelope.Id, came.Envelope.Type, came.Attempt, came.Envelope.Headers["causationid"]], "the copy");
        Stage.RequireSame(["well"], Stage.Bodies([came]), "the body of the copy");
        await Stage.SettleAsync(left, Verdict.Done, came).ConfigureAwait(false);
        Stage.RequireSame(["right"], (await ListAsync(stage, DeadLetterFilter.All).ConfigureAwait(false)).Select(other => other.Group.Value), "the groups with dead letters");
        await stage.ReceiveNothingAsync(left, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        await stage.ReceiveNothingAsync(right, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }

    private static async Task UnfitCopy(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("ill").ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Dead("x"), await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)).ConfigureAwait(false);
        var letter = (await ListAsync(stage, DeadLetterFilter.All).ConfigureAwait(false))[0];
        foreach (var copy in new[]
                 {
                     stage.Envelope("well", TopicName.Parse("conformance.another")), stage.Envelope("well") with { Key = "a" }, stage.Envelope("well") with { Id = letter.Envelope.Id },
                 })
        {
            var refused = false;
            try
            {
                await Store(stage).ReplaceAsync(letter, copy).ConfigureAwait(false);
            }
            catch (AldisException error) when (error.Code == "ALD1420")
            {
                refused = true;
            }

            Stage.Require(refused, $"{copy} should have been refused");
        }

        Stage.Require((await ListAsync(stage, DeadLetterFilter.All).ConfigureAwait(false)).Count == 1, "the dead letter is gone");
    }

    private static async Task ReplacedTooLate(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("ill").ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Dead("x"), await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)).ConfigureAwait(false);
        var letter = (await ListAsync(stage, DeadLetterFilter.All).ConfigureAwait(false))[0];
        await Store(stage).RedriveAsync(DeadLetterFilter.All).ConfigureAwait(false);
        Stage.Require(!await Store(stage).ReplaceAsync(letter, stage.Envelope("well")).ConfigureAwait(false), "a copy took the place of what was redriven");
        Stage.RequireSame(["ill"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what came");
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }

    private static async Task Parked(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await SendAsync(stage, "a1", "a2", "a3", "b1").ConfigureAwait(false);
        var held = await stage.ReceiveAsync(receiver, 4).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Dead("x") with { HoldsKey = true }, held[0]).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Return, held[1], held[2]).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Dead("y"), held[3]).ConfigureAwait(false);
        await Expect(2).ConfigureAwait(false);
        await SendAsync(stage, "a4", "b2", "a5").ConfigureAwait(false);
        await Expect(4).ConfigureAwait(false);
        Stage.RequireSame(["b2"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what came");
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        await SendAsync(stage, "a6").ConfigureAwait(false);
        await Expect(5).ConfigureAwait(false);

        async Task Expect(int parked)
        {
            var letters = await ListAsync(stage, DeadLetterFilter.All).ConfigureAwait(false);
            Stage.RequireSame([(true, parked), (false, 0)], letters.OrderBy(letter => letter.Reason).Select(letter => (letter.HoldsKey, (int)letter.Parked)), "who holds its key, and how many wait");
        }
    }

    private static async Task ReplacedHead(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await SendAsync(stage, "a1", "a2").ConfigureAwait(false);
        var held = await stage.ReceiveAsync(receiver, 2).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Dead("x") with { HoldsKey = true }, held[0]).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Return, held[1]).ConfigureAwait(false);
        await SendAsync(stage, "a3").ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        var letter = (await ListAsync(stage, DeadLetterFilter.All).ConfigureAwait(false))[0];
        await Store(stage).ReplaceAsync(letter, stage.Envelope("a1, corrected") with { Key = "a" }).ConfigureAwait(false);
        var received = new List<string>();
        while (received.Count < 3)
        {
            var some = await stage.ReceiveSomeAsync(receiver, 3).ConfigureAwait(false);
            received.AddRange(Stage.Bodies(some));
            await Stage.SettleAsync(receiver, Verdict.Done, some).ConfigureAwait(false);
        }

        Stage.RequireSame(["a1, corrected", "a2", "a3"], received, "what came");
    }

    private static Task SendAsync(Stage stage, params string[] bodies)
        => stage.SendAsync([.. bodies.Select(body => stage.Envelope(body) with { Key = body[..1] })]);

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
