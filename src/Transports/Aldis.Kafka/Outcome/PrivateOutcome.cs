using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Kafka;

/// <summary>What becomes of the events of a private group stays in the memory of its receiver, and goes with it.</summary>
internal sealed class PrivateOutcome(TimeProvider time, GroupName group) : IOutcome
{
    private readonly ConcurrentDictionary<EventId, (DeadLetter Letter, Taken Taken)> _dead = new();

    public bool KeepsRetries => true;

    public bool StoresDone => false;

    /// <summary>The dead letters.</summary>
    public IEnumerable<DeadLetter> Dead => _dead.Values.Select(dead => dead.Letter);

    public ValueTask StoreAsync(ReadOnlyMemory<Settlement> batch, IReadOnlyList<Taken?> settling, CancellationToken cancel)
    {
        for (var index = 0; index < batch.Length; index++)
        {
            var (delivery, verdict, _) = batch.Span[index];
            if (settling[index] is { } taken && verdict.Kind == VerdictKind.Dead)
            {
                var letter = new DeadLetter(delivery.Envelope, group, delivery.Attempt, verdict.Reason ?? "", verdict.Error, time.GetUtcNow()) { Where = DeadLetter.Here };
                _dead[delivery.Envelope.Id] = (letter, taken);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Takes a dead letter away.</summary>
    /// <returns>The record that it was, or null where it is gone already.</returns>
    public Taken? Exhume(EventId id) => _dead.TryRemove(id, out var dead) ? dead.Taken : null;

    public ValueTask DisposeAsync()
    {
        _dead.Clear();
        return ValueTask.CompletedTask;
    }
}
