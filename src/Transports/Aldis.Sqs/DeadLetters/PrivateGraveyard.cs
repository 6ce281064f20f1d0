namespace Aldis.Sqs;

/// <summary>The dead letters of a private group, which go with it: in memory, up to a bound.</summary>
internal sealed class PrivateGraveyard(Service service, GroupQueue queue) : IGraveyard
{
    private const int Most = 1000;

    private readonly Lock _gate = new();
    private readonly Queue<DeadMessage> _dead = new();

    public ValueTask BuryAsync(IReadOnlyList<DeadMessage> dead, CancellationToken cancel)
    {
        lock (_gate)
        {
            foreach (var one in dead)
            {
                _dead.Enqueue(one);
                if (_dead.Count > Most)
                {
                    _dead.Dequeue();
                    service.Log.PrivateGraveFull(queue.Name, Most);
                }
            }
        }

        return ValueTask.CompletedTask;
    }

    public async ValueTask VisitAsync(DeadLetterFilter filter, Func<IReadOnlyList<DeadMessage>, ValueTask<IReadOnlyList<DeadMessage>>> deal, CancellationToken cancel)
    {
        DeadMessage[] meant;
        lock (_gate)
        {
            meant = [.. _dead.Where(dead => filter.Means(dead.Letter(service.Time)))];
        }

        var gone = (await deal(meant).ConfigureAwait(false)).ToHashSet();
        lock (_gate)
        {
            DeadMessage[] left = [.. _dead.Where(dead => !gone.Contains(dead))];
            _dead.Clear();
            Array.ForEach(left, _dead.Enqueue);
        }
    }
}
