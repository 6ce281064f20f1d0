using Microsoft.Extensions.Logging;

namespace Aldis.Kafka;

/// <summary>Every log message of the Kafka transport, with its stable event id: 22xx.</summary>
internal static partial class KafkaLog
{
    [LoggerMessage(2201, LogLevel.Warning, "The consumer of {Group} is in trouble; it goes on trying")]
    public static partial void ConsumerInTrouble(this ILogger log, string group, Exception error);

    [LoggerMessage(2202, LogLevel.Information, "The consumer of {Group} works again")]
    public static partial void ConsumerWorks(this ILogger log, string group);

    [LoggerMessage(2203, LogLevel.Debug, "{Group} was given {Count} partitions: {Partitions}")]
    public static partial void Assigned(this ILogger log, string group, int count, string partitions);

    [LoggerMessage(2204, LogLevel.Debug, "{Group} gave back {Count} partitions: {Partitions}")]
    public static partial void Revoked(this ILogger log, string group, int count, string partitions);

    [LoggerMessage(2205, LogLevel.Warning, "{Group} lost {Count} partitions, for it was silent for too long; what it had not settled is delivered to others")]
    public static partial void Lost(this ILogger log, string group, int count);

    [LoggerMessage(2206, LogLevel.Warning, "The progress of {Group} could not be committed ({Code}); what was handled since the last commit may be delivered again")]
    public static partial void CommitFailed(this ILogger log, string group, string code);

    [LoggerMessage(2207, LogLevel.Warning, "The topic {Topic} is kept on one broker only: what was published on it does not survive the loss of that broker")]
    public static partial void OneReplica(this ILogger log, string topic);

    [LoggerMessage(2208, LogLevel.Warning, "A record of {Topic}, partition {Partition}, offset {Offset} is no event; it becomes a dead letter")]
    public static partial void NotAnEvent(this ILogger log, string topic, int partition, long offset, Exception error);

    [LoggerMessage(2209, LogLevel.Warning, "The producer failed for good and is replaced: {Reason}")]
    public static partial void ProducerReplaced(this ILogger log, string reason);

    [LoggerMessage(2210, LogLevel.Warning, "Kafka is not reached yet; the bus goes on trying")]
    public static partial void NotReached(this ILogger log, Exception error);

    [LoggerMessage(2211, LogLevel.Debug, "librdkafka {Client}: {Facility} {Text}")]
    public static partial void Said(this ILogger log, string client, string facility, string text);

    [LoggerMessage(2212, LogLevel.Warning, "KafkaOptions.OnStatistics failed")]
    public static partial void StatisticsFailed(this ILogger log, Exception error);

    [LoggerMessage(2213, LogLevel.Warning, "A dead letter in {Topic}, partition {Partition}, offset {Offset} cannot be read; it is left where it is")]
    public static partial void UnreadableDeadLetter(this ILogger log, string topic, int partition, long offset, Exception error);

    [LoggerMessage(2214, LogLevel.Warning, "{Group} could not be left in time, for the brokers do not answer; they take its partitions back when the session is over")]
    public static partial void NotLeft(this ILogger log, string group);

    [LoggerMessage(2215, LogLevel.Warning, "{Count} records that are no events could not be made dead letters of {Group}; they are tried again")]
    public static partial void NotBuried(this ILogger log, string group, int count, Exception error);
}
