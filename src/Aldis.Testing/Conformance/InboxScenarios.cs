using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>What a group has handled is remembered, by group, as long as was said.</summary>
internal static class InboxScenarios
{
    private static readonly TimeSpan _keep = TimeSpan.FromHours(1);
    private static readonly GroupName _group = GroupName.Parse("group");

    public static IReadOnlyList<Scenario> All { get; } =
    [
        Remembering("What is settled to be remembered is in the inbox", Settled),
        Remembering("A settlement that is refused is not remembered", Refused),
        Remembering("What is remembered is forgotten when its time is over", Forgotten),
        Remembering("What one process remembers, another one finds", Elsewhere),
        Remembering("Remembering twice is remembering once", Twice),
    ];

    private static Scenario Remembering(string name, Func<Stage, Task> run) => new(name, features => features.Remembers, run);

    private static async Task<Delivery> SettleAsync(Stage stage, IReceiver receiver, string body)
    {
        await stage.SendAsync(body).ConfigureAwait(false);
        var delivery = (await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false))[0];
        await receiver.SettleAsync(new[] { new Settlement(delivery, Verdict.Done, []) { Remember = _keep } }, CancellationToken.None).ConfigureAwait(false);
        return delivery;
    }

    private static ValueTask<bool> ContainsAsync(Stage stage, Delivery delivery, string group = "group")
        => stage.As<IInbox>().ContainsAsync(GroupName.Parse(group), delivery.Envelope.Id, CancellationToken.None);

    private static async Task Settled(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var remembered = await SettleAsync(stage, receiver, "remembered").ConfigureAwait(false);
        await stage.SendAsync("not remembered").ConfigureAwait(false);
        var other = (await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false))[0];
        await Stage.SettleAsync(receiver, Verdict.Done, other).ConfigureAwait(false);
        Stage.Require(await ContainsAsync(stage, remembered).ConfigureAwait(false), "it is not in the inbox");
        Stage.Require(!await ContainsAsync(stage, remembered, "another").ConfigureAwait(false), "it is in the inbox of another group");
        Stage.Require(!await ContainsAsync(stage, other).ConfigureAwait(false), "what was not to be remembered is in the inbox");
    }

    private static async Task Refused(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("late").ConfigureAwait(false);
        var delivery = (await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false))[0];
        await Stage.SettleAsync(receiver, Verdict.Done, delivery).ConfigureAwait(false);
        var late = new Settlement(delivery, Verdict.Done, []) { Remember = _keep };
        var refused = await receiver.SettleAsync(new[] { late }, CancellationToken.None).ConfigureAwait(false);
        Stage.Require(refused.Count == 1, "the second settlement was not refused");
        Stage.Require(!await ContainsAsync(stage, delivery).ConfigureAwait(false), "what was refused is in the inbox");
    }

    private static async Task Forgotten(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var delivery = await SettleAsync(stage, receiver, "for an hour").ConfigureAwait(false);
        await stage.AdvanceAsync(_keep / 2).ConfigureAwait(false);
        Stage.Require(await ContainsAsync(stage, delivery).ConfigureAwait(false), "it was forgotten too soon");
        await stage.AdvanceAsync(_keep).ConfigureAwait(false);
        Stage.Require(!await ContainsAsync(stage, delivery).ConfigureAwait(false), "it was not forgotten");
    }

    private static async Task Elsewhere(Stage stage)
    {
        var delivery = await SettleAsync(stage, await stage.ReceiverAsync().ConfigureAwait(false), "here").ConfigureAwait(false);
        await stage.OpenAsync().ConfigureAwait(false);
        Stage.Require(await ContainsAsync(stage, delivery).ConfigureAwait(false), "the other one does not find it");
    }

    private static async Task Twice(Stage stage)
    {
        var id = EventId.New(stage.Time);
        var inbox = stage.As<IInbox>();
        for (var time = 0; time < 2; time++)
        {
            await inbox.RememberAsync([new InboxEntry(_group, id, _keep), new InboxEntry(_group, id, _keep)], CancellationToken.None).ConfigureAwait(false);
            Stage.Require(await inbox.ContainsAsync(_group, id, CancellationToken.None).ConfigureAwait(false), "it is not in the inbox");
        }
    }
}
