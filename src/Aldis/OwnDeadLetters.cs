using Aldis.Events;
using Aldis.Transports;

namespace Aldis;

/// <summary>The dead letters as a bus sees them: <see cref="Group.EachInstance"/> is its own private group.</summary>
internal sealed class OwnDeadLetters(IDeadLetterStore store, GroupName privateGroup) : IDeadLetterStore
{
    public IAsyncEnumerable<DeadLetter> ListAsync(DeadLetterFilter filter, CancellationToken cancel = default) => store.ListAsync(Named(filter), cancel);

    public ValueTask<int> RedriveAsync(DeadLetterFilter filter, CancellationToken cancel = default) => store.RedriveAsync(Named(filter), cancel);

    public ValueTask<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancel = default) => store.DiscardAsync(Named(filter), cancel);

    private DeadLetterFilter Named(DeadLetterFilter filter)
    {
        ArgumentNullException.ThrowIfNull(filter);
        return filter.Group == Group.EachInstance ? filter with { Group = privateGroup.Value } : filter;
    }
}
