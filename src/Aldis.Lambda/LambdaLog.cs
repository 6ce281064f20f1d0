using Microsoft.Extensions.Logging;

namespace Aldis.Lambda;

/// <summary>Every log message of a function, with its stable event id: 31xx.</summary>
internal static partial class LambdaLog
{
    [LoggerMessage(3101, LogLevel.Warning, "The message {Message} is no event, and has failed: {Reason}")]
    public static partial void NotAnEvent(this ILogger log, string message, string reason);

    [LoggerMessage(3102, LogLevel.Warning, "The message {Message} is an event of {Topic}, for which the bus has no group, and has failed")]
    public static partial void NoGroup(this ILogger log, string message, string topic);
}
