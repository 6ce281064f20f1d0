namespace Aldis.Sqlite;

/// <summary>An event of a topic that is not what was stored, or not there.</summary>
/// <param name="Number">Its number in the topic.</param>
/// <param name="Reason">What is wrong with it.</param>
internal readonly record struct DamagedEvent(long Number, string Reason);
