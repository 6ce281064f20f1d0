using System.Runtime.CompilerServices;
using Aldis.Events;
using Aldis.Kafka;

namespace Aldis;

/// <content>What the groups have given up: in topics, and for private groups in the memory of their receivers.</content>
public sealed partial class KafkaTransport
{
    /// <inheritdoc/>
    public async IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        foreach (var (letter, _, _) in await FindAsync(filter, cancel).ConfigureAwait(false))
        {
            cancel.ThrowIfCancellationRequested();
            yield return letter;
        }
    }

    /// <inheritdoc/>
    public async ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var found = await FindAsync(filter, cancel).ConfigureAwait(false);
        await _graves.RedriveAsync([.. InTopics(found)], cancel).ConfigureAwait(false);
        return found.Count(one => one.Owner is null || one.Owner.Redrive(one.Letter.Envelope.Id, null));
    }

    /// <inheritdoc/>
    public async ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(letter);
        ArgumentNullException.ThrowIfNull(copy);
        if (letter.CheckCopy(copy) is { } fault)
        {
            throw new AldisException(fault);
        }

        var one = new DeadLetterFilter { Topic = copy.Topic.Value, Group = letter.Group.Value, Id = letter.Envelope.Id };
        var found = await FindAsync(one, cancel).ConfigureAwait(false);
        if (found.Count == 0)
        {
            return false;
        }

        if (found[0].Owner is { } owner)
        {
            return owner.Redrive(letter.Envelope.Id, copy);
        }

        await _graves.ReplaceAsync(found[0].Grave!, copy, cancel).ConfigureAwait(false);
        return true;
    }

    /// <inheritdoc/>
    public async ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var found = await FindAsync(filter, cancel).ConfigureAwait(false);
        await _graves.DiscardAsync([.. InTopics(found)], cancel).ConfigureAwait(false);
        return found.Count(one => one.Owner is null || one.Owner.Private!.Exhume(one.Letter.Envelope.Id) is not null);
    }

    private static IEnumerable<Grave> InTopics(IEnumerable<(DeadLetter Letter, Grave? Grave, KafkaReceiver? Owner)> found) => found.Select(one => one.Grave).OfType<Grave>();

    /// <summary>What is meant, the oldest first, and where it is: in a topic, or in whose memory.</summary>
    private async ValueTask<List<(DeadLetter Letter, Grave? Grave, KafkaReceiver? Owner)>> FindAsync(DeadLetterFilter filter, CancellationToken cancel)
    {
        var kept = _receivers.Keys.Where(receiver => receiver.Private is not null)
            .SelectMany(receiver => receiver.Private!.Dead.Where(filter.Means).Select(letter => (letter, (Grave?)null, (KafkaReceiver?)receiver)));
        var stored = (await _graves.ReadAsync(filter, cancel).ConfigureAwait(false)).Select(grave => (letter: grave.Letter, (Grave?)grave, (KafkaReceiver?)null));
        return [.. stored.Concat(kept).OrderBy(one => one.letter.DiedAt)];
    }
}
