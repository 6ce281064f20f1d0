using System.Collections.Concurrent;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>
/// The queue of a private group has a tag that its owner changes while it lives (<see cref="Beat"/>). Whoever publishes looks at it, by a clock of its own: where it has not changed for a while,
/// the owner is dead, and the queue is deleted. No two clocks have to agree. Safe for any thread.
/// </summary>
internal sealed class Undertaker(Service service)
{
    public const string BeatTag = "aldis-beat";

    /// <summary>How long an owner may be silent.</summary>
    private static readonly TimeSpan _silence = TimeSpan.FromMinutes(3);
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(30);

    private readonly ConcurrentDictionary<string, Pulse> _pulses = new(StringComparer.Ordinal);

    /// <summary>Those that have somebody.</summary>
    public async ValueTask<List<string>> SortAsync(List<string> urls)
    {
        var living = new List<string>(urls.Count);
        foreach (var url in urls)
        {
            if (!QueueNames.IsPrivate(QueueNames.Last(url)) || await LivesAsync(url).ConfigureAwait(false))
            {
                living.Add(url);
            }
        }

        return living;
    }

    private async ValueTask<bool> LivesAsync(string url)
    {
        var now = service.Time.GetTimestamp();
        var known = _pulses.GetValueOrDefault(url);
        if (known is not null && service.Time.GetElapsedTime(known.LookedAt) < _look)
        {
            return true;
        }

        try
        {
            var tags = await service.AskAsync((client, ended) => client.ListQueueTagsAsync(new ListQueueTagsRequest { QueueUrl = url }, ended), CancellationToken.None).ConfigureAwait(false);
            var beat = tags.Tags?.GetValueOrDefault(BeatTag) ?? "";
            if (known is null || known.Beat != beat)
            {
                _pulses[url] = new Pulse(beat, now, now);
                return true;
            }

            _pulses[url] = known with { LookedAt = now };
            if (service.Time.GetElapsedTime(known.Since) < _silence)
            {
                return true;
            }

            await service.AskAsync((client, ended) => client.DeleteQueueAsync(url, ended), CancellationToken.None).ConfigureAwait(false);
            service.Log.AbandonedQueueDeleted(QueueNames.Last(url));
            _pulses.TryRemove(url, out _);
            return false;
        }
        catch (TransportException error)
        {
            // It went meanwhile, or this program has not the right to look: then another one does.
            return !SqsFault.IsMissing(error);
        }
    }

    /// <summary>What the tag said, since when, and when it was looked at.</summary>
    private sealed record Pulse(string Beat, long Since, long LookedAt);
}
