using Aldis.Events;

namespace Aldis.PostgreSql;

/// <summary>
/// A round of publishing elsewhere what is due: events of one key one after the other, those of different keys side by side. An event that cannot be published keeps nobody
/// waiting but those of its key: they stay, and are left out until the next round.
/// </summary>
internal sealed class Relaying(Func<Envelope, CancellationToken, ValueTask> publish, TimeProvider time, CancellationToken cancel)
{
    /// <summary>How many may fail before the round ends: what is remembered of them has an end, too.</summary>
    private const int MostFailed = 4_096;

    /// <summary>Then no more of a key are begun: the server cuts off a transaction in which nothing happens for long.</summary>
    private static readonly TimeSpan _long = TimeSpan.FromSeconds(20);

    private readonly Lock _gate = new();
    private readonly HashSet<(string Topic, string Key)> _failed = [];
    private bool _isAway;

    /// <summary>Whether another process has this round.</summary>
    public bool IsElsewhere { get; set; }

    /// <summary>Why the first that failed did so.</summary>
    public Exception? Failure { get; private set; }

    /// <summary>Whether the next batch may be taken. After an error that does not say that only this event was refused, others would fail, too.</summary>
    public bool MayGoOn => !_isAway && _failed.Count < MostFailed;

    /// <summary>Whether some of the last batch were not begun.</summary>
    public bool IsLeft { get; private set; }

    /// <summary>What is left out: topics, and beside each a key; for an event without a key its id.</summary>
    public (string?[] Topics, string?[] Keys) LeftOut => ([.. _failed.Select(one => one.Topic)], [.. _failed.Select(one => one.Key)]);

    /// <summary>Publishes a batch.</summary>
    /// <returns>What is published.</returns>
    public async Task<List<Envelope>> PublishAsync(IEnumerable<Envelope> batch)
    {
        var (done, start) = (new List<Envelope>(), time.GetTimestamp());
        IsLeft = false;
        await Task.WhenAll(batch.GroupBy(KeyOf).Select(inOrder => PublishAsync(inOrder, done, start))).ConfigureAwait(false);
        return done;
    }

    private static (string Topic, string Key) KeyOf(Envelope envelope) => (envelope.Topic.Value, envelope.Key ?? envelope.Id.ToString());

    private async Task PublishAsync(IGrouping<(string, string), Envelope> inOrder, List<Envelope> done, long start)
    {
        foreach (var envelope in inOrder)
        {
            if (time.GetElapsedTime(start) > _long)
            {
                IsLeft = true;
                return;
            }

            try
            {
                await publish(envelope, cancel).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                Fail(inOrder.Key, error);
                return;
            }

            lock (_gate)
            {
                done.Add(envelope);
            }
        }
    }

    private void Fail((string, string) key, Exception error)
    {
        lock (_gate)
        {
            _failed.Add(key);
            Failure ??= error;
            _isAway |= error is not PublishException { MayBeStored: false };
        }
    }
}
