using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>What the groups of this process have given up, and what they have still to do: each stall has its own.</summary>
internal sealed class StallLetters(ConcurrentDictionary<(TopicName Topic, GroupName Group), Stall> stalls) : IDeadLetterStore, IBacklog
{
    public async IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, [EnumeratorCancellation] CancellationToken cancel = default)
    {
        var letters = new List<DeadLetter>();
        foreach (var stall in stalls.Values)
        {
            await foreach (var letter in stall.Memory.ListAsync(filter, cancel).ConfigureAwait(false))
            {
                letters.Add(letter);
            }
        }

        foreach (var letter in letters.OrderBy(letter => letter.DiedAt))
        {
            yield return letter;
        }
    }

    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => SumAsync(memory => memory.RedriveAsync(filter, cancel));

    public async ValueTask<bool> ReplaceAsync(DeadLetter letter, Envelope copy, CancellationToken cancel = default)
        => stalls.TryGetValue((letter.Envelope.Topic, letter.Group), out var stall) && await stall.Memory.ReplaceAsync(letter, copy, cancel).ConfigureAwait(false);

    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => SumAsync(memory => memory.DiscardAsync(filter, cancel));

    public ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel)
        => stalls.TryGetValue((topic, group), out var stall) ? stall.Memory.ReadBacklogAsync(topic, group, cancel) : new(new Backlog(0, null));

    private async ValueTask<int> SumAsync(Func<InMemoryTransport, ValueTask<int>> change)
    {
        var sum = 0;
        foreach (var stall in stalls.Values)
        {
            sum += await change(stall.Memory).ConfigureAwait(false);
        }

        return sum;
    }
}
