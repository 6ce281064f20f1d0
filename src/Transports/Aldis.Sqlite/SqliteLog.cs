using Aldis.Events;
using Microsoft.Extensions.Logging;

namespace Aldis.Sqlite;

/// <summary>Every log message of the SQLite transport, with its stable event id: 20xx.</summary>
internal static partial class SqliteLog
{
    [LoggerMessage(2001, LogLevel.Warning, "The watch over the database file failed; trying again")]
    public static partial void WatchFailed(this ILogger log, Exception error);

    [LoggerMessage(2002, LogLevel.Warning, "Events that are not settled could not be returned; they are delivered again when the lease has run out")]
    public static partial void ReturnFailed(this ILogger log, Exception error);

    [LoggerMessage(2003, LogLevel.Warning,
        "This process was silent beyond its lease, so its private group on {Topic} was given up; it begins anew, and what was published in between is missed")]
    public static partial void PrivateGroupLost(this ILogger log, TopicName topic);

    [LoggerMessage(2004, LogLevel.Warning,
        "The bell in {Folder} does not work, which tells processes of each other's events at once; this one looks 20 times a second instead, and others may hear of its events within a second")]
    public static partial void BellBroken(this ILogger log, string folder, Exception error);

    [LoggerMessage(2005, LogLevel.Error, "Event {Number} of {Topic} is not handed out to the group {Group} and is a dead letter now: {Reason}")]
    public static partial void EventSetAside(this ILogger log, TopicName topic, GroupName group, long number, string reason);

    [LoggerMessage(2006, LogLevel.Error, "A scheduled event is not what was stored and is put off for ever: row {Row} of aldis_schedule; {Reason}")]
    public static partial void ScheduledEventSetAside(this ILogger log, long row, string reason);

    [LoggerMessage(2007, LogLevel.Error, "The worker {Worker} is gone, and what it held could not be taken over; trying again each second")]
    public static partial void TakeOverFailed(this ILogger log, long worker, Exception error);
}
