using Aldis.Events;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Transports.Tests.ZeroMq;

/// <summary>One process' worth of the transport, with the ledger that it has if it has one.</summary>
internal sealed class Node : IAsyncDisposable
{
    private readonly SqliteTransport? _ledger;

    private Node(ZeroMqTransport transport, SqliteTransport? ledger) => (Transport, _ledger) = (transport, ledger);

    public ZeroMqTransport Transport { get; }

    public static async Task<Node> StoredAsync(ZeroMqOptions options, string ledger, ILoggerFactory? log = null, TimeProvider? time = null)
    {
        var context = new TransportContext(time ?? TimeProvider.System, log ?? NullLoggerFactory.Instance);
        var kept = new SqliteTransport(new SqliteOptions { Path = ledger }, context);
        await kept.StartAsync(CancellationToken.None);
        return await StartAsync(new ZeroMqTransport(options, context with { Ledger = kept }), kept);
    }

    public static Task<Node> BestEffortAsync(ZeroMqOptions options)
        => StartAsync(new ZeroMqTransport(options with { Level = ZeroMqLevel.BestEffort }, new TransportContext(TimeProvider.System, NullLoggerFactory.Instance)), null);

    /// <summary>Times that tests can wait for.</summary>
    public static ZeroMqOptions Quick(string peers) => new()
    {
        PeersFile = peers, Announce = true, LookForPeersEvery = TimeSpan.FromMilliseconds(100), Heartbeat = TimeSpan.FromMilliseconds(100), PeerTimeout = TimeSpan.FromSeconds(1),
    };

    public static Envelope Event(string body, string topic = "noted") => new()
    {
        Id = EventId.New(TimeProvider.System), Topic = TopicName.Parse(topic), Type = topic, Source = "/tests", Time = TimeProvider.System.GetUtcNow(), ContentType = "text/plain",
        Body = System.Text.Encoding.UTF8.GetBytes(body),
    };

    public async Task SendAsync(params Envelope[] events)
    {
        await using var sender = await Transport.OpenSenderAsync(events[0].Topic, CancellationToken.None);
        await sender.SendAsync(events, CancellationToken.None);
    }

    public ValueTask<IReceiver> ReceiverAsync(string group = "readers", string topic = "noted", bool isPrivate = false)
        => Transport.OpenReceiverAsync(new ReceiverSpec(TopicName.Parse(topic), GroupName.Parse(group), 1000) { IsPrivate = isPrivate }, CancellationToken.None);

    public async ValueTask DisposeAsync()
    {
        await Transport.DisposeAsync();
        if (_ledger is not null)
        {
            await _ledger.DisposeAsync();
        }
    }

    private static async Task<Node> StartAsync(ZeroMqTransport transport, SqliteTransport? ledger)
    {
        await transport.StartAsync(CancellationToken.None);
        return new Node(transport, ledger);
    }
}
