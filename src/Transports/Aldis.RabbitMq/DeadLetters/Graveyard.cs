using RabbitMQ.Client;

namespace Aldis.RabbitMq;

/// <summary>
/// A queue of dead letters, read as a whole: everything is taken out, some of it may be dealt with, and the rest is put back. Meanwhile nobody else sees it:
/// readers of this process take turns, those of other processes may find less than there is.
/// </summary>
/// <param name="broker">The broker.</param>
/// <param name="name">The queue.</param>
/// <param name="owner">The group, where the queue is of one group only.</param>
internal sealed class Graveyard(Broker broker, string name, GroupQueue? owner)
{
    private static readonly TimeSpan _beforeAnotherLook = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(2);

    /// <summary>Takes everything out, lets somebody deal with those that are meant, and puts the rest back.</summary>
    /// <param name="filter">Which are meant.</param>
    /// <param name="deal">Deals with them; those that it returns are gone from the queue, all others are put back.</param>
    /// <param name="cancel">Ends the wait.</param>
    public async ValueTask VisitAsync(DeadLetterFilter filter, Func<IReadOnlyList<DeadMessage>, ValueTask<IReadOnlyList<DeadMessage>>> deal, CancellationToken cancel)
    {
        var connected = await broker.Consuming.GetAsync(cancel).ConfigureAwait(false);
        var channel = await connected.Connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            var all = await TakeAsync(channel, cancel).ConfigureAwait(false);
            var gone = await deal([.. all.Where(dead => filter.Means(dead.Letter)).OrderBy(dead => dead.Letter.DiedAt)]).ConfigureAwait(false);
            foreach (var dead in gone)
            {
                await channel.BasicAckAsync(dead.Tag, multiple: false, CancellationToken.None).ConfigureAwait(false);
            }

            if (all.Count > gone.Count)
            {
                await channel.BasicNackAsync(0, multiple: true, requeue: true, CancellationToken.None).ConfigureAwait(false);
                await BackAsync(channel, all.Count - gone.Count).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask<List<DeadMessage>> TakeAsync(IChannel channel, CancellationToken cancel)
    {
        var reader = new MessageReader(broker.Time);
        var all = new List<DeadMessage>();
        for (var left = await channel.MessageCountAsync(name, cancel).ConfigureAwait(false); left > 0; left--)
        {
            if (await channel.BasicGetAsync(name, autoAck: false, cancel).ConfigureAwait(false) is not { } message)
            {
                break;
            }

            all.Add(DeadMessage.Of(message, reader, owner, broker.Topology));
        }

        return all;
    }

    /// <summary>A quorum queue takes a moment until it has back what it was given back. Whoever looks next shall find it.</summary>
    private async ValueTask BackAsync(IChannel channel, int expected)
    {
        var start = broker.Time.GetTimestamp();
        while (await channel.MessageCountAsync(name).ConfigureAwait(false) < expected && broker.Time.GetElapsedTime(start) < _patience)
        {
            await Task.Delay(_beforeAnotherLook, broker.Time).ConfigureAwait(false);
        }
    }
}
