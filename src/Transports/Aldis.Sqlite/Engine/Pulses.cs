using System.Collections.Concurrent;
using Aldis.Transports;

namespace Aldis.Sqlite;

/// <summary>Wakes the receivers of this process: of one topic, or all.</summary>
internal sealed class Pulses
{
    private readonly ConcurrentDictionary<long, Pulse> _topics = new();

    public Pulse Of(long topic) => _topics.GetOrAdd(topic, static _ => new Pulse());

    public void Beat(IEnumerable<long> topics)
    {
        foreach (var topic in topics)
        {
            if (_topics.TryGetValue(topic, out var pulse))
            {
                pulse.Beat();
            }
        }
    }

    public void BeatAll() => Beat(_topics.Keys);
}
