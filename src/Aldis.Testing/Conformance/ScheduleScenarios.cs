using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>What is to be published later is published then, once; it can be seen and cancelled; and a slot of a timetable is taken by one.</summary>
internal static class ScheduleScenarios
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    public static IReadOnlyList<Scenario> All { get; } =
    [
        Scheduling("What is scheduled is published when it is due, and not before", Due),
        Scheduling("What is scheduled at an instant that has passed is published at once", Past),
        Scheduling("What was cancelled is not published", Cancelled),
        Scheduling("What is scheduled is listed, the next one first", Listed),
        Scheduling("Scheduled twice with one id, it is published once", Twice),
        Scheduling("Of several that look, one publishes", Once),
        Scheduling("What is scheduled with a verdict is published later", WithVerdict),
        Scheduling("What is scheduled with a settlement that is refused is not published", WithRefused),
        Scheduling("A slot of a timetable is taken once", Slots),
    ];

    private static Scenario Scheduling(string name, Func<Stage, Task> run) => new(name, features => features.Schedules, run);

    private static IScheduleStore Store(Stage stage) => stage.As<IScheduleStore>();

    private static ValueTask ScheduleAsync(Stage stage, params ScheduledEvent[] events) => Store(stage).ScheduleAsync(events, CancellationToken.None);

    private static ValueTask<TimeSpan?> FireAsync(Stage stage) => Store(stage).FireDueAsync(null, CancellationToken.None);

    private static async Task Due(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await ScheduleAsync(stage,
            new ScheduledEvent(stage.Envelope("at"), stage.Time.GetUtcNow() + (2 * _hour), null), new ScheduledEvent(stage.Envelope("after"), null, _hour)).ConfigureAwait(false);
        var next = await FireAsync(stage).ConfigureAwait(false);
        Stage.Require(next > _hour / 2 && next <= _hour, $"the next is due in {next}");
        await stage.ReceiveNothingAsync(receiver, _hour / 2).ConfigureAwait(false);
        await stage.AdvanceAsync(_hour).ConfigureAwait(false);
        await FireAsync(stage).ConfigureAwait(false);
        Stage.RequireSame(["after"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what was due first");
        await stage.AdvanceAsync(_hour).ConfigureAwait(false);
        var last = await FireAsync(stage).ConfigureAwait(false);
        Stage.Require(last is null, $"nothing waits, but something is due in {last}");
        Stage.RequireSame(["at"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what was due then");
        await FireAsync(stage).ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, _hour).ConfigureAwait(false);
    }

    private static async Task Past(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await ScheduleAsync(stage, new ScheduledEvent(stage.Envelope("past"), DateTimeOffset.MinValue, null), new ScheduledEvent(stage.Envelope("now"), null, null))
            .ConfigureAwait(false);
        await FireAsync(stage).ConfigureAwait(false);
        Stage.RequireSame(["now", "past"], Stage.Bodies(await stage.ReceiveAsync(receiver, 2).ConfigureAwait(false)).Order(), "what was due");
    }

    private static async Task Cancelled(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var envelope = stage.Envelope("cancelled");
        await ScheduleAsync(stage, new ScheduledEvent(envelope, null, _hour)).ConfigureAwait(false);
        Stage.Require(await Store(stage).CancelAsync(envelope.Id).ConfigureAwait(false), "it was not there");
        Stage.Require(!await Store(stage).CancelAsync(envelope.Id).ConfigureAwait(false), "it was there after it was cancelled");
        await stage.AdvanceAsync(2 * _hour).ConfigureAwait(false);
        await FireAsync(stage).ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }

    private static async Task Listed(Stage stage)
    {
        var now = stage.Time.GetUtcNow();
        await ScheduleAsync(stage,
            new ScheduledEvent(stage.Envelope("third"), now + (3 * _hour), null), new ScheduledEvent(stage.Envelope("second"), null, 2 * _hour),
            new ScheduledEvent(stage.Envelope("first"), now + _hour, null)).ConfigureAwait(false);
        var listed = new List<DueEvent>();
        await foreach (var one in Store(stage).ListAsync().ConfigureAwait(false))
        {
            listed.Add(one);
        }

        Stage.RequireSame([1, 2, 3], listed.Select(one => (int)Math.Round((one.Due - now).TotalHours)), "the hours until they are due");
    }

    private static async Task Twice(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var one = new ScheduledEvent(stage.Envelope("once"), null, _hour);
        await ScheduleAsync(stage, one).ConfigureAwait(false);
        await ScheduleAsync(stage, one with { After = TimeSpan.Zero }, one).ConfigureAwait(false);
        await FireAsync(stage).ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
        await stage.AdvanceAsync(_hour).ConfigureAwait(false);
        await FireAsync(stage).ConfigureAwait(false);
        await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }

    private static async Task Once(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var (one, other) = (Store(stage), Stage.As<IScheduleStore>(await stage.OpenAsync().ConfigureAwait(false)));
        string[] bodies = [.. Enumerable.Range(100, 300).Select(number => $"{number}")];
        await ScheduleAsync(stage, [.. bodies.Select(body => new ScheduledEvent(stage.Envelope(body), null, null))]).ConfigureAwait(false);
        await Task.WhenAll(one.FireDueAsync(null, CancellationToken.None).AsTask(), other.FireDueAsync(null, CancellationToken.None).AsTask()).ConfigureAwait(false);
        Stage.RequireSame(bodies, Stage.Bodies(await stage.ReceiveAsync(receiver, bodies.Length).ConfigureAwait(false)).Order(), "what was published");
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }

    private static async Task WithVerdict(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("cause").ConfigureAwait(false);
        var cause = (await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false))[0];
        var settlement = new Settlement(cause, Verdict.Done, []) { Scheduled = [new ScheduledEvent(stage.Envelope("effect"), null, _hour)] };
        await receiver.SettleAsync(new[] { settlement }, CancellationToken.None).ConfigureAwait(false);
        await stage.AdvanceAsync(_hour).ConfigureAwait(false);
        await FireAsync(stage).ConfigureAwait(false);
        Stage.RequireSame(["effect"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what was scheduled");
    }

    private static async Task WithRefused(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("cause").ConfigureAwait(false);
        var cause = (await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false))[0];
        await Stage.SettleAsync(receiver, Verdict.Done, cause).ConfigureAwait(false);
        var late = new Settlement(cause, Verdict.Done, []) { Scheduled = [new ScheduledEvent(stage.Envelope("must not appear"), null, null)] };
        await receiver.SettleAsync(new[] { late }, CancellationToken.None).ConfigureAwait(false);
        await FireAsync(stage).ConfigureAwait(false);
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }

    private static async Task Slots(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var (one, other) = (Store(stage), Stage.As<IScheduleStore>(await stage.OpenAsync().ConfigureAwait(false)));
        var beginning = stage.Time.GetUtcNow();
        var (first, second) = (beginning + _hour, beginning + (2 * _hour));
        Stage.Require(await one.SlotAsync("hourly", beginning, CancellationToken.None).ConfigureAwait(false) == beginning, "a new timetable does not stand at its beginning");
        Stage.Require(await one.TakeSlotAsync("hourly", beginning, first, new ScheduledEvent(stage.Envelope("first"), null, null), CancellationToken.None)
            .ConfigureAwait(false), "the slot could not be taken");
        Stage.Require(!await other.TakeSlotAsync("hourly", beginning, first, new ScheduledEvent(stage.Envelope("again"), null, null), CancellationToken.None)
            .ConfigureAwait(false), "the slot was taken twice");
        Stage.Require(await other.SlotAsync("hourly", second, CancellationToken.None).ConfigureAwait(false) == first, "the other one does not know how far it came");
        Stage.Require(await other.TakeSlotAsync("hourly", first, second, null, CancellationToken.None).ConfigureAwait(false), "a slot could not be passed over");
        await FireAsync(stage).ConfigureAwait(false);
        Stage.RequireSame(["first"], Stage.Bodies(await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false)), "what was published");
        await stage.ReceiveNothingAsync(receiver, TimeSpan.FromSeconds(1)).ConfigureAwait(false);
    }
}
