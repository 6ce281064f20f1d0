using Aldis.Events;
using Microsoft.Extensions.Logging;

namespace Aldis.PostgreSql;

/// <summary>Every log message of the PostgreSQL transport, with its stable event id: 24xx.</summary>
internal static partial class PostgreSqlLog
{
    [LoggerMessage(2401, LogLevel.Warning, "The server at {Address} is not there; the bus starts without it and goes on trying: {Reason}")]
    public static partial void StartsWithout(this ILogger log, ServerAddress address, string reason);

    [LoggerMessage(2402, LogLevel.Warning, "The database at {Address} cannot be looked at; trying again: {Reason}")]
    public static partial void WatchFailed(this ILogger log, ServerAddress address, string reason);

    [LoggerMessage(2403, LogLevel.Information, "The database at {Address} can be looked at again")]
    public static partial void IsBack(this ILogger log, ServerAddress address);

    [LoggerMessage(2404, LogLevel.Warning, "Events that are not settled could not be returned now; that is tried again: {Reason}")]
    public static partial void ReturnFailed(this ILogger log, string reason);

    [LoggerMessage(2405, LogLevel.Warning,
        "This process was silent beyond its lease, so its private group on {Topic} was given up; it begins anew, and what was published in between is missed")]
    public static partial void PrivateGroupLost(this ILogger log, TopicName topic);

    [LoggerMessage(2406, LogLevel.Warning, "What the worker {Worker} held was taken over (its process is seen to be dead: {IsGone})")]
    public static partial void TakenOver(this ILogger log, int worker, bool isGone);
}
