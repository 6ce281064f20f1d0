using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Transports.Tests.Telemetry;

/// <summary>What each transport tells of a backlog, at every place where an event can be.</summary>
public sealed class BacklogTests : IDisposable
{
    private static readonly DateTimeOffset _start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TopicName _topic = TopicName.Parse("noted");
    private static readonly GroupName _group = GroupName.Parse("billing");

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task An_event_counts_until_it_is_settled_wherever_it_is(string name)
    {
        await using var transport = Open(name);
        var backlogs = (IBacklog)transport;
        await transport.StartAsync(Cancel);
        await using var sender = await transport.OpenSenderAsync(_topic, Cancel);
        await using var other = await transport.OpenReceiverAsync(new ReceiverSpec(_topic, GroupName.Parse("audit"), 10), Cancel);
        await using var receiver = await transport.OpenReceiverAsync(new ReceiverSpec(_topic, _group, 10), Cancel);
        await TellsAsync(0, null);

        await sender.SendAsync(Enumerable.Range(0, 6).Select(At).ToArray(), Cancel);
        await TellsAsync(6, 0);

        var buffer = new Delivery[4];
        Assert.Equal(4, await receiver.ReceiveAsync(buffer, Cancel));
        await TellsAsync(6, 0);

        // In between first: what is left of those in hand begins where it did.
        await SettleAsync(buffer[1], Verdict.Done);
        await TellsAsync(5, 0);
        await SettleAsync(buffer[0], Verdict.Done);
        await TellsAsync(4, 2);
        await SettleAsync(buffer[2], Verdict.Dead("no"));
        await TellsAsync(3, 3);
        await SettleAsync(buffer[3], Verdict.Retry(TimeSpan.FromDays(1)));
        await TellsAsync(3, 3);

        Assert.Equal(2, await receiver.ReceiveAsync(buffer, Cancel));
        await SettleAsync(buffer[0], Verdict.Done);
        await TellsAsync(2, 3);
        await receiver.DisposeAsync();
        await TellsAsync(2, 3);
        Assert.Equal(default, await backlogs.ReadBacklogAsync(_topic, GroupName.Parse("nobody"), Cancel));
        Assert.Equal(default, await backlogs.ReadBacklogAsync(TopicName.Parse("nothing"), _group, Cancel));

        async Task SettleAsync(Delivery delivery, Verdict verdict)
            => Assert.Empty(await receiver.SettleAsync(new[] { new Settlement(delivery, verdict, []) }, Cancel));

        async Task TellsAsync(long depth, int? oldest)
            => Assert.Equal(
                new Backlog(depth, oldest is { } minute ? _start.AddMinutes(minute) : null), await backlogs.ReadBacklogAsync(_topic, _group, Cancel));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task Events_that_wait_for_another_one_of_their_key_count(string name)
    {
        await using var transport = Open(name);
        await transport.StartAsync(Cancel);
        await using var sender = await transport.OpenSenderAsync(_topic, Cancel);
        await using var receiver = await transport.OpenReceiverAsync(new ReceiverSpec(_topic, _group, 10), Cancel);
        await sender.SendAsync(new[] { At(5) with { Key = "a" } }, Cancel);
        var buffer = new Delivery[4];
        Assert.Equal(1, await receiver.ReceiveAsync(buffer, Cancel));
        await receiver.SettleAsync(new[] { new Settlement(buffer[0], Verdict.Dead("no") with { HoldsKey = true }, []) }, Cancel);
        await sender.SendAsync(new[] { At(6) with { Key = "a" }, At(7) with { Key = "b" }, At(8) with { Key = "a" } }, Cancel);
        Assert.Equal(1, await receiver.ReceiveAsync(buffer, Cancel));
        await receiver.SettleAsync(new[] { new Settlement(buffer[0], Verdict.Done, []) }, Cancel);

        Assert.Equal(new Backlog(2, _start.AddMinutes(6)), await ((IBacklog)transport).ReadBacklogAsync(_topic, _group, Cancel));
    }

    private static Envelope At(int minute) => Envelopes.Make($"{minute}") with { Time = _start.AddMinutes(minute) };

    private ITransport Open(string name) => name == "memory"
        ? new InMemoryTransport(new InMemoryOptions(), TimeProvider.System)
        : new SqliteTransport(new SqliteOptions { Path = _folder.File("events.db") }, new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));
}
