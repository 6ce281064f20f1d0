using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>Events with the same key come in order, to one receiver at a time; what comes again or holds its key keeps the later ones back.</summary>
internal static class KeyScenarios
{
    private static readonly TimeSpan _later = TimeSpan.FromMinutes(1);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        Keyed("A key's events come in order", InOrder),
        Keyed("While one receiver holds an event of a key, no other gets a later one", OneHolder),
        Keyed("Other keys, and events without one, are not held up by a key that is held", OthersGoOn),
        Keyed("An event that is tried again keeps the later ones of its key back", RetryBlocks),
        Keyed("What is returned behind an event that is tried again comes after it, and its attempt does not count", ReturnedBehind),
        Keyed("An event that is returned comes again, and its attempt does not count", Returned),
        Keyed("A dead letter that holds its key parks the later ones; redriven, it comes before them", RedrivenHead),
        Keyed("When a dead letter that holds its key is discarded, the later ones come in order", DiscardedHead),
        Keyed("A dead letter that does not hold its key keeps nothing back", Skipped),
        Keyed("What a receiver leaves of a key comes in order to another", LeftInOrder),
        Keyed("What was parked comes in order, however much it is", ManyParked),
        Keyed("A parked event that fails keeps those behind it back", ParkedFails),
        Keyed("A parked event that fails is not overtaken, however many are parked behind it", ManyBehindOneThatFails),
        Keyed("Who waits is told when an event of a key is through", WaitingIsTold),
        Keyed("What a receiver leaves comes in order, although others are tried again before it", LeftBehindRetried),
        Keyed("An event waits for its time, although one before it is tried again meanwhile", DelayIsKept),
    ];

    private static Scenario Keyed(string name, Func<Stage, Task> run) => new(name, features => features is { KeyOrder: true, DeadLetters: true }, run);

    private static Task SendAsync(Stage stage, params string[] bodies)
        => stage.SendAsync([.. bodies.Select(body => stage.Envelope(body) with { Key = char.IsAsciiLetter(body[0]) ? body[..1] : null })]);

    private static async Task InOrder(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await SendAsync(stage, "a1", "b1", "a2").ConfigureAwait(false);
        await SendAsync(stage, "b2", "a3").ConfigureAwait(false);
        var received = await stage.ReceiveAsync(receiver, 5).ConfigureAwait(false);
        Stage.RequireSame(["a1", "a2", "a3"], Stage.Bodies(received).Where(body => body[0] == 'a'), "the events of a");
        Stage.RequireSame(["b1", "b2"], Stage.Bodies(received).Where(body => body[0] == 'b'), "the events of b");
    }

    private static async Task OneHolder(Stage stage)
    {
        var (one, two) = (await stage.ReceiverAsync().ConfigureAwait(false), await stage.ReceiverAsync().ConfigureAwait(false));
        await SendAsync(stage, "a1").ConfigureAwait(false);
        var held = await stage.ReceiveAsync(one, 1).ConfigureAwait(false);
        await SendAsync(stage, "a2").ConfigureAwait(false);
        await stage.ReceiveNothingAsync(two, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        await Stage.SettleAsync(one, Verdict.Done, held).ConfigureAwait(false);
        Stage.RequireSame(["a2"], Stage.Bodies(await stage.ReceiveAsync(two, 1).ConfigureAwait(false)), "what came when the key was free");
    }

    private static async Task OthersGoOn(Stage stage)
    {
        var (one, two) = (await stage.ReceiverAsync().ConfigureAwait(false), await stage.ReceiverAsync().ConfigureAwait(false));
        await SendAsync(stage, "a1").ConfigureAwait(false);
        await stage.ReceiveAsync(one, 1).ConfigureAwait(false);
        await SendAsync(stage, "b1", "1").ConfigureAwait(false);
        Stage.RequireSame(["1", "b1"], Stage.Bodies(await stage.ReceiveAsync(two, 2).ConfigureAwait(false)).Order(), "what went on");
    }

    private static async Task RetryBlocks(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await SendAsync(stage, "a1").ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Retry(_later), await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)).ConfigureAwait(false);
        await SendAsync(stage, "a2", "b1").ConfigureAwait(false);
        var received = await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false);
        Stage.RequireSame(["b1"], Stage.Bodies(received), "what went on");
        await Stage.SettleAsync(receiver, Verdict.Done, received).ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, _later / 2).ConfigureAwait(false);
        await stage.AdvanceAsync(_later).ConfigureAwait(false);
        await TakeInOrderAsync(stage, receiver, "a1", "a2").ConfigureAwait(false);
    }

    private static async Task ReturnedBehind(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await SendAsync(stage, "a1", "a2", "a3").ConfigureAwait(false);
        var held = await stage.ReceiveAsync(receiver, 3).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Retry(_later), held[0]).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Return, held.Skip(1)).ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, _later / 2).ConfigureAwait(false);
        await stage.AdvanceAsync(_later).ConfigureAwait(false);
        var again = await TakeInOrderAsync(stage, receiver, "a1", "a2", "a3").ConfigureAwait(false);
        Stage.RequireSame([2, 1, 1], again.Select(delivery => delivery.Attempt), "the attempts");
    }

    private static async Task Returned(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await SendAsync(stage, "a1", "1").ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Return, await stage.ReceiveAsync(receiver, 2).ConfigureAwait(false)).ConfigureAwait(false);
        var again = await stage.ReceiveAsync(receiver, 2).ConfigureAwait(false);
        Stage.RequireSame(["1", "a1"], Stage.Bodies(again).Order(), "what came again");
        Stage.RequireSame([1, 1], again.Select(delivery => delivery.Attempt), "the attempts");
        await Stage.SettleAsync(receiver, Verdict.Return, again).ConfigureAwait(false);
        again = await stage.ReceiveAsync(receiver, 2).ConfigureAwait(false);
        Stage.RequireSame([1, 1], again.Select(delivery => delivery.Attempt), "the attempts");
    }

    private static async Task RedrivenHead(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await KillHeadAsync(stage, receiver).ConfigureAwait(false);
        await SendAsync(stage, "a4").ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromHours(1)).ConfigureAwait(false);
        var redriven = await ((IDeadLetterStore)stage.Transport).RedriveAsync(DeadLetterFilter.All).ConfigureAwait(false);
        Stage.Require(redriven == 1, $"{redriven} dead letters were redriven");
        await TakeInOrderAsync(stage, receiver, "a1", "a2", "a3", "a4").ConfigureAwait(false);
    }

    private static async Task DiscardedHead(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await KillHeadAsync(stage, receiver).ConfigureAwait(false);
        await SendAsync(stage, "a4").ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        await ((IDeadLetterStore)stage.Transport).DiscardAsync(DeadLetterFilter.All).ConfigureAwait(false);
        await TakeInOrderAsync(stage, receiver, "a2", "a3", "a4").ConfigureAwait(false);
    }

    private static async Task Skipped(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await SendAsync(stage, "a1").ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Dead("broken"), await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)).ConfigureAwait(false);
        await SendAsync(stage, "a2").ConfigureAwait(false);
        await TakeInOrderAsync(stage, receiver, "a2").ConfigureAwait(false);
    }

    private static async Task LeftInOrder(Stage stage)
    {
        var one = await stage.ReceiverAsync().ConfigureAwait(false);
        await SendAsync(stage, "a1", "a2", "a3").ConfigureAwait(false);
        var held = await stage.ReceiveAsync(one, 3).ConfigureAwait(false);
        await Stage.SettleAsync(one, Verdict.Done, held[0]).ConfigureAwait(false);
        await one.DisposeAsync().ConfigureAwait(false);
        await SendAsync(stage, "a4").ConfigureAwait(false);
        await stage.OpenAsync().ConfigureAwait(false);
        await TakeInOrderAsync(stage, await stage.ReceiverAsync().ConfigureAwait(false), "a2", "a3", "a4").ConfigureAwait(false);
    }

    private static async Task ManyParked(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await KillHeadAsync(stage, receiver).ConfigureAwait(false);
        string[] many = [.. Enumerable.Range(100, 300).Select(number => $"a{number}")];
        await SendAsync(stage, many).ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        await ((IDeadLetterStore)stage.Transport).DiscardAsync(DeadLetterFilter.All).ConfigureAwait(false);
        var received = new List<string>();
        while (received.Count < many.Length + 2)
        {
            var some = await stage.ReceiveSomeAsync(receiver, 100).ConfigureAwait(false);
            received.AddRange(Stage.Bodies(some));
            await Stage.SettleAsync(receiver, Verdict.Done, some).ConfigureAwait(false);
        }

        Stage.RequireSame(["a2", "a3", .. many], received, "what was parked");
    }

    private static async Task ParkedFails(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await KillHeadAsync(stage, receiver).ConfigureAwait(false);
        await ((IDeadLetterStore)stage.Transport).DiscardAsync(DeadLetterFilter.All).ConfigureAwait(false);
        var received = await stage.ReceiveSomeAsync(receiver, 100).ConfigureAwait(false);
        Stage.Require(Stage.Bodies(received)[0] == "a2", $"the first of what was parked should be a2, but is {Stage.Bodies(received)[0]}");
        await Stage.SettleAsync(receiver, Verdict.Retry(_later), received[0]).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Return, received.Skip(1)).ConfigureAwait(false);
        await SendAsync(stage, "a4").ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, _later / 2).ConfigureAwait(false);
        await stage.AdvanceAsync(_later).ConfigureAwait(false);
        await TakeInOrderAsync(stage, receiver, "a2", "a3", "a4").ConfigureAwait(false);
    }

    private static async Task ManyBehindOneThatFails(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await KillHeadAsync(stage, receiver).ConfigureAwait(false);
        string[] many = [.. Enumerable.Range(100, 150).Select(number => $"a{number}")];
        await SendAsync(stage, many).ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        await ((IDeadLetterStore)stage.Transport).DiscardAsync(DeadLetterFilter.All).ConfigureAwait(false);
        var first = await stage.ReceiveSomeAsync(receiver, 1).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Retry(TimeSpan.Zero), first).ConfigureAwait(false);
        var received = new List<string>();
        while (received.Count < many.Length + 2)
        {
            var some = await stage.ReceiveSomeAsync(receiver, 1).ConfigureAwait(false);
            received.AddRange(Stage.Bodies(some));
            await Stage.SettleAsync(receiver, Verdict.Done, some).ConfigureAwait(false);
        }

        Stage.RequireSame(["a2", "a3", .. many], received, "what was parked");
    }

    private static async Task WaitingIsTold(Stage stage)
    {
        var (one, two) = (await stage.ReceiverAsync().ConfigureAwait(false), await stage.ReceiverAsync().ConfigureAwait(false));
        await KillHeadAsync(stage, one).ConfigureAwait(false);
        await ((IDeadLetterStore)stage.Transport).RedriveAsync(DeadLetterFilter.All).ConfigureAwait(false);
        var head = await stage.ReceiveAsync(one, 1).ConfigureAwait(false);
        var buffer = new Delivery[2];
        var waiting = two.ReceiveAsync(buffer, CancellationToken.None).AsTask();
        await Stage.SettleAsync(one, Verdict.Done, head).ConfigureAwait(false);
        var count = await stage.UntilAsync(waiting, "the parked events").ConfigureAwait(false);
        Stage.RequireSame(["a2", "a3"], Stage.Bodies(buffer[..count]), "what came to the one that waited");
    }

    private static async Task LeftBehindRetried(Stage stage)
    {
        var one = await stage.ReceiverAsync().ConfigureAwait(false);
        await SendAsync(stage, "a1", "a2", "1").ConfigureAwait(false);
        var held = await stage.ReceiveAsync(one, 3).ConfigureAwait(false);
        await Stage.SettleAsync(one, Verdict.Retry(TimeSpan.Zero), held[2]).ConfigureAwait(false);
        await SendAsync(stage, "a3").ConfigureAwait(false);
        await one.DisposeAsync().ConfigureAwait(false);
        var two = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.ReceiveAsync(two, 2).ConfigureAwait(false);
        await two.DisposeAsync().ConfigureAwait(false);
        var three = await stage.ReceiverAsync().ConfigureAwait(false);
        var received = new List<string>();
        while (received.Count < 4)
        {
            var some = await stage.ReceiveSomeAsync(three, 4).ConfigureAwait(false);
            received.AddRange(Stage.Bodies(some));
            await Stage.SettleAsync(three, Verdict.Done, some).ConfigureAwait(false);
        }

        Stage.RequireSame(["a1", "a2", "a3"], received.Where(body => body[0] == 'a'), "the events of a");
    }

    private static async Task DelayIsKept(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await SendAsync(stage, "a1", "a2").ConfigureAwait(false);
        var held = await stage.ReceiveAsync(receiver, 2).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Retry(_later), held[1]).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Retry(TimeSpan.Zero), held[0]).ConfigureAwait(false);
        await SendAsync(stage, "a3").ConfigureAwait(false);
        await TakeInOrderAsync(stage, receiver, "a1").ConfigureAwait(false);
        await stage.AdvanceAsync(_later).ConfigureAwait(false);
        await TakeInOrderAsync(stage, receiver, "a2", "a3").ConfigureAwait(false);
    }

    /// <summary>a1 is dead and holds its key; a2 and a3 were received with it and are returned.</summary>
    private static async Task KillHeadAsync(Stage stage, IReceiver receiver)
    {
        await SendAsync(stage, "a1", "a2", "a3").ConfigureAwait(false);
        var held = await stage.ReceiveAsync(receiver, 3).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Dead("broken") with { HoldsKey = true }, held[0]).ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Return, held.Skip(1)).ConfigureAwait(false);
    }

    /// <summary>Receives so many events and settles each as it comes, and makes sure that they come in this order and nothing follows.</summary>
    private static async Task<List<Delivery>> TakeInOrderAsync(Stage stage, IReceiver receiver, params string[] bodies)
    {
        var taken = new List<Delivery>();
        while (taken.Count < bodies.Length)
        {
            var some = await stage.ReceiveSomeAsync(receiver, bodies.Length - taken.Count).ConfigureAwait(false);
            taken.AddRange(some);
            await Stage.SettleAsync(receiver, Verdict.Done, some).ConfigureAwait(false);
        }

        Stage.RequireSame(bodies, Stage.Bodies(taken), "what came");
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        return taken;
    }
}
