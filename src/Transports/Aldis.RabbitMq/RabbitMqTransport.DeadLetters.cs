using System.Runtime.CompilerServices;
using Aldis.Events;
using Aldis.RabbitMq;

namespace Aldis;

public sealed partial class RabbitMqTransport
{
    private readonly SemaphoreSlim _visiting = new(1);

    /// <summary>
    /// Reads the queue of dead letters: it is emptied and filled again, and all that is meant is in memory meanwhile. While another process does the same, some
    /// may be missing.
    /// </summary>
    /// <inheritdoc/>
    public async IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var letters = new List<DeadLetter>();
        await VisitAsync(filter, all =>
        {
            letters.AddRange(all.DistinctBy(dead => dead.Identity).Select(dead => dead.Letter));
            return new ValueTask<IReadOnlyList<DeadMessage>>([]);
        }, cancel).ConfigureAwait(false);
        foreach (var letter in letters.OrderBy(letter => letter.DiedAt))
        {
            yield return letter;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="TransportException">ALD2101: the queue of a group is not there any more. Its dead letters stay.</exception>
    public async ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default)
    {
        var count = 0;
        await VisitAsync(filter, async all =>
        {
            Outgoing[] back = [.. all.DistinctBy(dead => dead.Identity).Select(dead => Back(dead, dead.Letter.Envelope))];
            await PublishAsync(back, cancel).ConfigureAwait(false);
            count += back.Length;
            return all;
        }, cancel).ConfigureAwait(false);
        return count;
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(letter);
        if (letter.CheckCopy(copy) is { } fault)
        {
            throw new AldisException(fault);
        }

        var isReplaced = false;
        await VisitAsync(new DeadLetterFilter { Group = letter.Group.Value, Topic = copy.Topic.Value, Id = letter.Envelope.Id }, async all =>
        {
            if (all.Count > 0)
            {
                await PublishAsync([Back(all[0] with { Foreign = null }, copy)], cancel).ConfigureAwait(false);
                isReplaced = true;
            }

            return all;
        }, cancel).ConfigureAwait(false);
        return isReplaced;
    }

    /// <inheritdoc/>
    public async ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default)
    {
        var count = 0;
        await VisitAsync(filter, all =>
        {
            count += all.DistinctBy(dead => dead.Identity).Count();
            return new(all);
        }, cancel).ConfigureAwait(false);
        return count;
    }

    private static Outgoing Back(DeadMessage dead, Envelope envelope) => new(envelope, "", dead.Queue) { Foreign = dead.Foreign };

    private async ValueTask PublishAsync(Outgoing[] messages, CancellationToken cancel)
    {
        if (messages.Length > 0)
        {
            await Broker.Lane().PublishAsync(messages, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Looks into the queue of all groups, and into those of the private groups of this process.</summary>
    private async ValueTask VisitAsync(DeadLetterFilter filter, Func<IReadOnlyList<DeadMessage>, ValueTask<IReadOnlyList<DeadMessage>>> deal, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var broker = Broker;
        await _visiting.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            await new Graveyard(broker, broker.Topology.DeadName, null).VisitAsync(filter, deal, cancel).ConfigureAwait(false);
            foreach (var queue in _receivers.Keys.Where(receiver => receiver.Queue.IsPrivate && receiver.Consumption is not null).Select(receiver => receiver.Queue))
            {
                await new Graveyard(broker, queue.DeadName, queue).VisitAsync(filter, deal, cancel).ConfigureAwait(false);
            }
        }
        catch (Exception error) when (error is not OperationCanceledException and not AldisException)
        {
            throw BrokerFault.Explain(error, _address);
        }
        finally
        {
            _visiting.Release();
        }
    }
}
