using Microsoft.Extensions.Logging;

namespace Aldis.Sqs;

/// <summary>Every log message of the SQS transport, with its stable event id: 23xx.</summary>
internal static partial class SqsLog
{
    [LoggerMessage(2301, LogLevel.Warning, "SQS is not there; the bus starts without it and goes on trying: {Reason}")]
    public static partial void StartsWithout(this ILogger log, string reason);

    [LoggerMessage(2302, LogLevel.Information, "The queue {Queue} is made")]
    public static partial void QueueMade(this ILogger log, string queue);

    [LoggerMessage(2303, LogLevel.Warning, "A message in {Queue} is no event and becomes a dead letter: {Reason}")]
    public static partial void NotAnEvent(this ILogger log, string queue, string reason);

    [LoggerMessage(2304, LogLevel.Warning, "Events from {Queue} could not be kept hidden, and may come to others as well: {Reason}")]
    public static partial void NotExtended(this ILogger log, string queue, string reason);

    [LoggerMessage(2305, LogLevel.Warning, "What was received from {Queue} could not be given back; it comes again when it is visible: {Reason}")]
    public static partial void NotGivenBack(this ILogger log, string queue, string reason);

    [LoggerMessage(2306, LogLevel.Warning, "The private group on {Queue} was lost; it begins anew, and what was published in between is missed")]
    public static partial void PrivateGroupLost(this ILogger log, string queue);

    [LoggerMessage(2307, LogLevel.Information, "The queue {Queue} of a private group whose process has died is deleted")]
    public static partial void AbandonedQueueDeleted(this ILogger log, string queue);

    [LoggerMessage(2308, LogLevel.Warning, "The queues of a topic could not be listed; its events go to those known before until that list is too old: {Reason}")]
    public static partial void NotListed(this ILogger log, string reason);

    [LoggerMessage(2309, LogLevel.Warning, "An event from {Queue} is to wait for longer than its queue can keep it, and comes after {Longest}; a ledger keeps it for longer")]
    public static partial void WaitCutShort(this ILogger log, string queue, TimeSpan longest);

    [LoggerMessage(2310, LogLevel.Warning, "The body of an event from {Queue} is kept elsewhere and could not be had; the event comes again: {Reason}")]
    public static partial void BodyMissing(this ILogger log, string queue, string reason);

    [LoggerMessage(2311, LogLevel.Warning, "A private group on {Queue} has {Most} dead letters, and forgets the oldest")]
    public static partial void PrivateGraveFull(this ILogger log, string queue, int most);

    [LoggerMessage(2312, LogLevel.Warning, "Events from {Queue} that are done could not be deleted; they are tried again while they are hidden: {Reason}")]
    public static partial void NotDeleted(this ILogger log, string queue, string reason);
}
