namespace Aldis;

/// <summary>What is in the file of an SQLite transport.</summary>
/// <param name="SchemaVersion">The version of its tables.</param>
/// <param name="FileBytes">The size of the file.</param>
/// <param name="LogBytes">The size of its write-ahead log.</param>
/// <param name="FreeBytes">The part of the file that is not used.</param>
/// <param name="Workers">Processes that handle its events; one that died is counted until it is taken over.</param>
/// <param name="Scheduled">Events that are to be published later.</param>
/// <param name="Remembered">Events that the inbox remembers.</param>
/// <param name="Topics">Its topics, by name.</param>
public sealed record SqliteStatistics(
    int SchemaVersion, long FileBytes, long LogBytes, long FreeBytes, int Workers, long Scheduled, long Remembered, IReadOnlyList<SqliteTopicStatistics> Topics);
