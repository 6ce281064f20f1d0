using System.Runtime.CompilerServices;
using Aldis.Events;
using Aldis.Sqs;
using Amazon.SQS.Model;

namespace Aldis;

public sealed partial class SqsTransport
{
    private readonly SemaphoreSlim _visiting = new(1);

    /// <summary>
    /// Reads the queues of dead letters: all that is in them is taken out, and shown again, and all that is meant is in memory meanwhile. While another process does the same, some may be missing.
    /// </summary>
    /// <inheritdoc/>
    public async IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var letters = new List<DeadLetter>();
        await VisitAsync(filter, all =>
        {
            letters.AddRange(Distinct(all).Select(dead => dead.Letter(_context.Time)));
            return new ValueTask<IReadOnlyList<DeadMessage>>([]);
        }, cancel).ConfigureAwait(false);
        foreach (var letter in letters.OrderBy(letter => letter.DiedAt))
        {
            yield return letter;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default)
    {
        var count = 0;
        await VisitAsync(filter, async all =>
        {
            foreach (var dead in Distinct(all))
            {
                await BackAsync(dead, copy: null, cancel).ConfigureAwait(false);
                count++;
            }

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
                await BackAsync(all[0], copy, cancel).ConfigureAwait(false);
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
            count += Distinct(all).Count();
            return new(all);
        }, cancel).ConfigureAwait(false);
        return count;
    }

    private IEnumerable<DeadMessage> Distinct(IReadOnlyList<DeadMessage> all) => all.DistinctBy(dead => dead.Identity(_context.Time));

    /// <summary>Sends a dead letter, or a copy in its place, to the queue of its group: as another message to a FIFO queue, which would know it again by its id.</summary>
    private async ValueTask BackAsync(DeadMessage dead, Envelope? copy, CancellationToken cancel)
    {
        var service = Service;
        var letter = dead.Letter(_context.Time);
        var mine = _receivers.Keys.FirstOrDefault(one => one.Queue.Topic == letter.Envelope.Topic && one.Queue.Group == letter.Group)?.Queue;
        var queue = mine ?? GroupQueue.Of(letter.Envelope.Topic, letter.Group, isPrivate: false, _options.Topology);
        var (body, attributes) = (dead.Message.Body ?? "", dead.Attributes());
        if (copy is not null)
        {
            var message = await MessageWriter.WriteAsync(copy, _options, cancel).ConfigureAwait(false);
            (body, attributes) = (message.Body, MessageWriter.Attributes(message.Attributes));
        }

        var entry = new SendMessageBatchRequestEntry
        {
            MessageBody = body, MessageAttributes = attributes, MessageGroupId = queue.IsFifo ? MessageWriter.GroupId(copy ?? letter.Envelope) : null,
            MessageDeduplicationId = queue.IsFifo ? EventId.New(_context.Time).ToString() : null,
        };
        await new Outbox(service).SendAsync(await service.Directory.UrlAsync(queue.Name, cancel).ConfigureAwait(false), [new Outbox.Entry(entry, 0)], cancel).ConfigureAwait(false);
    }

    /// <summary>Looks into the dead letters of all groups that may be meant, and of the private groups of this process.</summary>
    private async ValueTask VisitAsync(DeadLetterFilter filter, Func<IReadOnlyList<DeadMessage>, ValueTask<IReadOnlyList<DeadMessage>>> deal, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var service = Service;
        await _visiting.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            var urls = await service.Directory.ListAsync(QueueNames.DeadBeginning(_options.Topology, filter.Topic), cancel).ConfigureAwait(false);
            foreach (var url in urls.Union(_receivers.Keys.Select(receiver => receiver.DeadUrl).OfType<string>()))
            {
                await service.GraveyardOf(url).VisitAsync(filter, deal, cancel).ConfigureAwait(false);
            }

            foreach (var graveyard in _receivers.Keys.Select(receiver => receiver.Graveyard).OfType<PrivateGraveyard>())
            {
                await graveyard.VisitAsync(filter, deal, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            _visiting.Release();
        }
    }
}
