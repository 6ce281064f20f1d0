using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>A transport begins, is used by many at a time, ends, and begins again; and it is what it says it is.</summary>
internal static class LifeScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("What is declared is there, and what is there is declared", _ => true, Honest),
        new("Many topics and groups at a time get what is theirs, and all of it", _ => true, ManyAtATime),
        new("Members come and go while events flow, and each event is done", _ => true, ComeAndGo),
        new("Disposing a transport ends what waits, and a second time it does nothing", _ => true, Disposed),
        new("Attempts are counted on after the transport was closed and opened", features => features.Durable >= Durability.Stored, CountsOn),
        new("A retry waits for its time although the transport was closed and opened", features => features is { Durable: >= Durability.Stored, Delays: true }, WaitsOn),
    ];

    private static Task Honest(Stage stage)
    {
        var (transport, features) = (stage.Transport, stage.Transport.Features);
        RequireBoth<IDeadLetterStore>(features.DeadLetters, nameof(features.DeadLetters));
        RequireBoth<IInbox>(features.Remembers, nameof(features.Remembers));
        RequireBoth<IScheduleStore>(features.Schedules, nameof(features.Schedules));
        Stage.Require(!string.IsNullOrWhiteSpace(features.System), "the transport has no name for telemetry");
        Stage.Require(features.MaxBody is null or > 0, "the largest body should be at least a byte");
        return Task.CompletedTask;

        void RequireBoth<T>(bool isDeclared, string feature)
            => Stage.Require(transport is T == isDeclared, $"{typeof(T).Name} is {(isDeclared ? "missing" : "there")}, but {feature} is {isDeclared}");
    }

    private static async Task ManyAtATime(Stage stage)
    {
        var topics = Enumerable.Range(0, 4).Select(number => TopicName.Parse($"conformance.many.{number}")).ToArray();
        var members = new List<(TopicName Topic, IReceiver Receiver)>();
        foreach (var topic in topics)
        {
            members.Add((topic, await stage.ReceiverAsync("first", topic).ConfigureAwait(false)));
            members.Add((topic, await stage.ReceiverAsync("second", topic).ConfigureAwait(false)));
        }

        var sending = Task.WhenAll(topics.Select(async topic =>
        {
            for (var number = 0; number < 20; number++)
            {
                await stage.SendAsync(stage.Envelope($"{topic} {number}", topic)).ConfigureAwait(false);
            }
        }));
        foreach (var (topic, receiver) in members)
        {
            var received = await stage.ReceiveAsync(receiver, 20).ConfigureAwait(false);
            Stage.RequireSame(Enumerable.Range(0, 20).Select(number => $"{topic} {number}").Order(StringComparer.Ordinal), Stage.Bodies(received).Order(StringComparer.Ordinal), $"the events of {topic}");
            await Stage.SettleAsync(receiver, Verdict.Done, received).ConfigureAwait(false);
        }

        await sending.ConfigureAwait(false);
    }

    private static async Task ComeAndGo(Stage stage)
    {
        var member = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync([.. Enumerable.Range(0, 60).Select(number => $"{number}")]).ConfigureAwait(false);
        var done = new HashSet<string>();
        for (var members = 0; done.Count < 60; members++)
        {
            Stage.Require(members < 100, $"60 events should have been done by 100 members, but {done.Count} were");
            // Each takes some, settles the half of them, and goes when the next has come.
            var taken = await stage.ReceiveSomeAsync(member, 10).ConfigureAwait(false);
            var settled = taken[..((taken.Length + 1) / 2)];
            var refused = await Stage.SettleAsync(member, Verdict.Done, settled).ConfigureAwait(false);
            var kept = settled.Except(refused.Select(settlement => settlement.Delivery));
            Array.ForEach(Stage.Bodies(kept), body => Stage.Require(done.Add(body), $"{body} came again after it was done"));
            var next = await stage.ReceiverAsync().ConfigureAwait(false);
            await member.DisposeAsync().ConfigureAwait(false);
            member = next;
        }

        await member.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task Disposed(Stage stage)
    {
        var transport = stage.Transport;
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var waiting = receiver.ReceiveAsync(new Delivery[1], CancellationToken.None).AsTask();
        await transport.DisposeAsync().ConfigureAwait(false);
        await stage.UntilAsync(waiting.ContinueWith(task => task.IsCompleted, TaskScheduler.Default), "the waiting receive to end").ConfigureAwait(false);
        Stage.Require(waiting.IsCanceled, $"the waiting receive should be cancelled, but is {waiting.Status}");
        await transport.DisposeAsync().ConfigureAwait(false);
        await receiver.DisposeAsync().ConfigureAwait(false);
    }

    private static async Task CountsOn(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("again").ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Retry(TimeSpan.Zero), await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)).ConfigureAwait(false);
        receiver = await ReopenAsync(stage).ConfigureAwait(false);
        var attempt = (await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false))[0].Attempt;
        Stage.Require(attempt == 2, $"the attempt after the transport was opened again should be 2, but is {attempt}");
    }

    private static async Task WaitsOn(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("later").ConfigureAwait(false);
        await Stage.SettleAsync(receiver, Verdict.Retry(TimeSpan.FromSeconds(30)), await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)).ConfigureAwait(false);
        receiver = await ReopenAsync(stage).ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(10)).ConfigureAwait(false);
        await stage.AdvanceAsync(TimeSpan.FromSeconds(20)).ConfigureAwait(false);
        Stage.RequireSame(["later"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what waited");
    }

    private static async Task<IReceiver> ReopenAsync(Stage stage)
    {
        await stage.Transport.DisposeAsync().ConfigureAwait(false);
        await stage.OpenAsync().ConfigureAwait(false);
        return await stage.ReceiverAsync().ConfigureAwait(false);
    }
}
