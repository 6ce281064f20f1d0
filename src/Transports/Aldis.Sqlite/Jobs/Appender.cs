using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>Appends envelopes to their topics within one transaction, and remembers which topics have something new.</summary>
internal sealed class Appender(TopicTable topics, EventTable events)
{
    private readonly Dictionary<TopicName, (long Id, long Last, bool IsKeyed)> _topics = [];

    public Appender(Store store) : this(store.Topics, store.Events)
    {
    }

    public IEnumerable<long> Topics => _topics.Values.Select(topic => topic.Id);

    public void Append(Envelope envelope)
    {
        if (!_topics.TryGetValue(envelope.Topic, out var topic))
        {
            var id = topics.Ensure(envelope.Topic);
            topic = (id, topics.Last(id).Last, false);
        }

        topic.Last++;
        topic.IsKeyed |= envelope.Key is not null;
        events.Insert(topic.Id, topic.Last, envelope);
        _topics[envelope.Topic] = topic;
    }

    /// <summary>Writes how far the topics are numbered now.</summary>
    public void Finish()
    {
        foreach (var (id, last, isKeyed) in _topics.Values)
        {
            topics.Advance(id, last, isKeyed);
        }
    }
}
