using Aldis.Catalog;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis;

/// <summary>The dead letters as a bus sees them: <see cref="Group.EachInstance"/> is its own private group, and its catalogue makes copies.</summary>
internal sealed class OwnDeadLetters(IDeadLetterStore store, GroupName privateGroup, EnvelopeFactory factory, TimeProvider time) : IDeadLetters
{
    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default) => store.ListAsync(Named(filter), cancel);

    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => store.RedriveAsync(Named(filter), cancel);

    public async ValueTask<int> RedriveAsync(DeadLetterFilter filter, RedriveOptions options, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Validate().ToArray() is { Length: > 0 } faults)
        {
            throw new ConfigurationException(faults);
        }

        return options.PerSecond is { } rate
            ? await RedriveAsync(await MeantAsync(filter, cancel).ConfigureAwait(false), rate, cancel).ConfigureAwait(false)
            : await RedriveAsync(filter, cancel).ConfigureAwait(false);
    }

    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => store.DiscardAsync(Named(filter), cancel);

    public ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default)
    {
        factory.Check(copy);
        return store.ReplaceAsync(letter, copy, cancel);
    }

    public ValueTask<bool> ReplaceAsync<T>(DeadLetter letter, T corrected, CancellationToken cancel = default) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(letter);
        ArgumentNullException.ThrowIfNull(corrected);
        if (corrected is Envelope whole)
        {
            // Where both could be meant, the compiler takes this method.
            return ReplaceAsync(letter, whole, cancel);
        }

        var original = letter.Envelope;
        var copy = factory.Seal(corrected, new PublishOptions { Headers = original.Headers }, original);

        // The place that it takes is one among the events of that key, whatever the corrected event says.
        return store.ReplaceAsync(letter, copy with { Key = original.Key }, cancel);
    }

    /// <summary>The first goes at once, each other when its time has come since then: however long one takes, the rate is kept.</summary>
    private async ValueTask<int> RedriveAsync(List<DeadLetterFilter> letters, double perSecond, CancellationToken cancel)
    {
        var (start, redriven) = (time.GetTimestamp(), 0);
        for (var index = 0; index < letters.Count; index++)
        {
            var wait = TimeSpan.FromSeconds(index / perSecond) - time.GetElapsedTime(start);
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancel).ConfigureAwait(false);
            }

            redriven += await store.RedriveAsync(letters[index], cancel).ConfigureAwait(false);
        }

        return redriven;
    }

    /// <summary>Those that are there now, by their identity.</summary>
    private async ValueTask<List<DeadLetterFilter>> MeantAsync(DeadLetterFilter filter, CancellationToken cancel)
    {
        var meant = new List<DeadLetterFilter>();
        await foreach (var letter in ListAsync(filter, cancel).ConfigureAwait(false))
        {
            meant.Add(new DeadLetterFilter { Topic = letter.Envelope.Topic.Value, Group = letter.Group.Value, Id = letter.Envelope.Id });
        }

        return meant;
    }

    private DeadLetterFilter Named(DeadLetterFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter.Group == Group.EachInstance ? filter with { Group = privateGroup.Value } : filter;
    }
}
