using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>What a member holds is its own until it settles it or goes; then it is for others, at once.</summary>
internal static class LeaseScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("What a member holds goes to no other, however long it takes", _ => true, Held),
        new("What a member leaves unsettled comes again at once, and its attempt does not count", _ => true, Returned),
        new("A retry that is held is returned as well", _ => true, RetryReturned),
        new("Disposing ends a waiting receive", _ => true, DisposeEndsReceive),
        new("A settlement after the lease is gone is refused", _ => true, LateSettlement),
    ];

    private static async Task Held(Stage stage)
    {
        var (one, two) = (await stage.ReceiverAsync().ConfigureAwait(false), await stage.ReceiverAsync().ConfigureAwait(false));
        await stage.SendAsync("mine").ConfigureAwait(false);
        var (holder, other, received) = await stage.ReceiveFromEitherAsync(one, two, 1).ConfigureAwait(false);
        for (var step = 0; step < 10; step++)
        {
            await stage.AdvanceAsync(TimeSpan.FromSeconds(10)).ConfigureAwait(false);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System).ConfigureAwait(false);
        }

        await stage.ReceiveNothingAsync(other, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        var refused = await Stage.SettleAsync(holder, Verdict.Done, received).ConfigureAwait(false);
        Stage.Require(refused.Count == 0, "the lease was lost although its holder lives");
    }

    private static async Task Returned(Stage stage)
    {
        var one = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("a", "b", "c").ConfigureAwait(false);
        var received = await stage.ReceiveAsync(one, 3).ConfigureAwait(false);
        await Stage.SettleAsync(one, Verdict.Done, received[1]).ConfigureAwait(false);
        await one.DisposeAsync().ConfigureAwait(false);
        var again = await stage.ReceiveAsync(await stage.ReceiverAsync().ConfigureAwait(false), 2).ConfigureAwait(false);
        Stage.RequireSame(Stage.Bodies([received[0], received[2]]).Order(), Stage.Bodies(again).Order(), "what was returned");
        Stage.RequireSame([1, 1], again.Select(delivery => delivery.Attempt), "the attempts");
    }

    private static async Task RetryReturned(Stage stage)
    {
        var one = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("again").ConfigureAwait(false);
        await Stage.SettleAsync(one, Verdict.Retry(TimeSpan.Zero), await stage.ReceiveAsync(one, 1).ConfigureAwait(false)).ConfigureAwait(false);
        await stage.ReceiveAsync(one, 1).ConfigureAwait(false);
        await one.DisposeAsync().ConfigureAwait(false);
        var again = await stage.ReceiveAsync(await stage.ReceiverAsync().ConfigureAwait(false), 1).ConfigureAwait(false);
        Stage.Require(again[0].Attempt == 2, $"the attempt should be 2, but is {again[0].Attempt}");
    }

    private static async Task DisposeEndsReceive(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var receiving = receiver.ReceiveAsync(new Delivery[1], CancellationToken.None).AsTask();
        await receiver.DisposeAsync().ConfigureAwait(false);
        await stage.UntilAsync(receiving.ContinueWith(_ => true, TaskScheduler.Default), "the receive to end").ConfigureAwait(false);
        Stage.Require(receiving.IsCanceled, $"the receive should be cancelled, but is {receiving.Status}");
    }

    private static async Task LateSettlement(Stage stage)
    {
        var one = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("late").ConfigureAwait(false);
        var received = await stage.ReceiveAsync(one, 1).ConfigureAwait(false);
        await one.DisposeAsync().ConfigureAwait(false);
        var two = await stage.ReceiverAsync().ConfigureAwait(false);
        var mine = await stage.ReceiveAsync(two, 1).ConfigureAwait(false);
        Stage.Require((await Stage.SettleAsync(one, Verdict.Done, received).ConfigureAwait(false)).Count == 1, "the late settlement was not refused");
        Stage.Require((await Stage.SettleAsync(two, Verdict.Done, mine).ConfigureAwait(false)).Count == 0, "the holder's settlement was refused");
    }
}
