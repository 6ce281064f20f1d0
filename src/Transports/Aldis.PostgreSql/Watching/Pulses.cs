using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.PostgreSql;

/// <summary>Wakes those in this process who wait for something new on a topic.</summary>
internal sealed class Pulses
{
    private readonly ConcurrentDictionary<TopicName, Pulse> _topics = new();

    /// <summary>Beats when there may be something to be published that is due.</summary>
    public Pulse Schedule { get; } = new();

    public Pulse Of(TopicName topic) => _topics.GetOrAdd(topic, static _ => new Pulse());

    public void Beat(IEnumerable<TopicName> topics)
    {
        foreach (var topic in topics)
        {
            Beat(topic);
        }
    }

    public void Beat(TopicName topic)
    {
        if (_topics.TryGetValue(topic, out var pulse))
        {
            pulse.Beat();
        }
    }

    public void BeatAll() => Beat(_topics.Keys);
}
