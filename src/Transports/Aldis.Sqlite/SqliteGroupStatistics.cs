namespace Aldis;

/// <summary>What a group of a topic has still to do.</summary>
/// <param name="Name">Its name.</param>
/// <param name="IsPrivate">Whether it is the private group of one process.</param>
/// <param name="Ahead">Events that were never handed out to it.</param>
/// <param name="Held">Events that its handlers have in their hands.</param>
/// <param name="Waiting">Events that wait to be tried again.</param>
/// <param name="Parked">Events that wait for one of their key.</param>
/// <param name="Dead">Events it has given up.</param>
public sealed record SqliteGroupStatistics(string Name, bool IsPrivate, long Ahead, long Held, long Waiting, long Parked, long Dead);
