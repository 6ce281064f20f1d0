using Aldis.Events;

namespace Aldis.Transports.Tests.ZeroMq;

/// <summary>A publisher and a member with the wire between them, which look like one transport: what is sent goes to the one, what is received comes from the other.</summary>
/// <param name="publisherOptions">Announces the publisher in the file in which the member finds it.</param>
/// <param name="memberOptions">Those of the member.</param>
/// <param name="ledger">The publisher's ledger.</param>
/// <param name="empty">The member's, in which nothing is published.</param>
/// <param name="context">The clock and the log.</param>
internal sealed class Pair(ZeroMqOptions publisherOptions, ZeroMqOptions memberOptions, SqliteTransport ledger, SqliteTransport empty, TransportContext context)
    : ITransport, IDeadLetterStore, IBacklog
{
    private readonly ZeroMqTransport _publisher = new(publisherOptions, context with { Ledger = ledger });
    private readonly ZeroMqTransport _member = new(memberOptions, context with { Ledger = empty });

    public TransportFeatures Features => _publisher.Features;

    public ZeroMqTransport Publisher => _publisher;

    public ZeroMqTransport Member => _member;

    public async ValueTask StartAsync(CancellationToken cancel)
    {
        await ledger.StartAsync(cancel);
        await empty.StartAsync(cancel);
        await _publisher.StartAsync(cancel);
        await _member.StartAsync(cancel);
    }

    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => _publisher.OpenSenderAsync(topic, cancel);

    public ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel) => _member.OpenReceiverAsync(spec, cancel);

    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default) => _publisher.ListAsync(filter, cancel);

    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => _publisher.RedriveAsync(filter, cancel);

    public ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default) => _publisher.ReplaceAsync(letter, copy, cancel);

    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => _publisher.DiscardAsync(filter, cancel);

    public ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel) => _publisher.ReadBacklogAsync(topic, group, cancel);

    public async ValueTask DisposeAsync()
    {
        await _member.DisposeAsync();
        await _publisher.DisposeAsync();
        await empty.DisposeAsync();
        await ledger.DisposeAsync();
    }
}
