using Microsoft.Extensions.Logging;

namespace Aldis.PostgreSql.Rows;

/// <summary>Every log message of row triggers, with its stable event id: 26xx. Never a row.</summary>
internal static partial class RowsLog
{
    [LoggerMessage(2601, LogLevel.Information, "This process publishes the changes of {Table} on {Topic}")]
    public static partial void Relaying(this ILogger log, string table, string topic);

    [LoggerMessage(2602, LogLevel.Error, "The changes of rows cannot be read or published; trying again in {Delay}: {Reason}")]
    public static partial void RelayFailed(this ILogger log, TimeSpan delay, string reason, Exception? error);

    [LoggerMessage(2603, LogLevel.Information, "The changes of rows are published again")]
    public static partial void RelayRecovered(this ILogger log);

    [LoggerMessage(2604, LogLevel.Error, "The change {Id} on {Topic} cannot be published and is set aside, and with it what follows for its key: {Reason}")]
    public static partial void SetAside(this ILogger log, EventId id, string topic, string reason);
}
