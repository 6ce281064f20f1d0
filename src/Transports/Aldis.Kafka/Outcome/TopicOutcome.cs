using Aldis.Transports;

namespace Aldis.Kafka;

/// <summary>Retries go to the retry topic of the group, dead letters to its dead-letter topic; then the originals are done.</summary>
internal sealed class TopicOutcome(Cluster cluster, ReceiverSpec spec) : IOutcome
{
    private readonly string _retry = cluster.Names.Retry(spec.Topic, spec.Group);
    private readonly string _dead = cluster.Names.Dead(spec.Topic, spec.Group);

    public bool KeepsRetries => false;

    public bool StoresDone => false;

    public ValueTask StoreAsync(ReadOnlyMemory<Settlement> batch, IReadOnlyList<Taken?> settling, CancellationToken cancel)
        => cluster.Outlet.SendAsync(Records(batch, settling), cancel);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>What verdicts put into topics, with what was published together with them.</summary>
    public IEnumerable<Outgoing> Records(ReadOnlyMemory<Settlement> batch, IReadOnlyList<Taken?> settling)
    {
        for (var index = 0; index < batch.Length; index++)
        {
            if (settling[index] is null)
            {
                continue;
            }

            var settlement = batch.Span[index];
            foreach (var envelope in settlement.Published)
            {
                yield return new Outgoing(cluster.Names.Topic(envelope.Topic), RecordWriter.Event(envelope));
            }

            if (Of(settlement.Delivery, settlement.Verdict) is { } outcome)
            {
                yield return outcome;
            }
        }
    }

    private Outgoing? Of(Delivery delivery, Verdict verdict) => verdict.Kind switch
    {
        VerdictKind.Retry => new Outgoing(_retry, RecordWriter.Retry(delivery.Envelope, delivery.Attempt + 1, DueAfter(verdict.After))),
        VerdictKind.Dead => new Outgoing(_dead, RecordWriter.Dead(delivery, verdict, cluster.Time)),
        _ => null,
    };

    private DateTimeOffset DueAfter(TimeSpan span)
    {
        var now = cluster.Time.GetUtcNow();
        return span > DateTimeOffset.MaxValue - now ? DateTimeOffset.MaxValue : now + span;
    }
}
