using Aldis.Events;

namespace Aldis.Sqlite;

/// <summary>A group of a topic, by name and by id.</summary>
/// <param name="Topic">The topic's name.</param>
/// <param name="TopicId">The topic's id.</param>
/// <param name="GroupId">The group's id.</param>
internal sealed record GroupAddress(TopicName Topic, long TopicId, long GroupId);
