namespace Aldis;

/// <summary>What a topic has in the file.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Published">How many events were ever published on it.</param>
/// <param name="Stored">How many of them are stored for its groups together.</param>
/// <param name="Groups">Its groups, by name.</param>
public sealed record SqliteTopicStatistics(string Name, long Published, long Stored, IReadOnlyList<SqliteGroupStatistics> Groups);
