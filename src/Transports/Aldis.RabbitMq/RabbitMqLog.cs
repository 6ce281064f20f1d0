using Microsoft.Extensions.Logging;

namespace Aldis.RabbitMq;

/// <summary>Every log message of the RabbitMQ transport, with its stable event id: 21xx.</summary>
internal static partial class RabbitMqLog
{
    [LoggerMessage(2101, LogLevel.Warning, "The connection for {Role} with the broker at {Address} is lost; it is made again: {Reason}")]
    public static partial void ConnectionLost(this ILogger log, string role, BrokerAddress address, string reason);

    [LoggerMessage(2102, LogLevel.Information, "The connection for {Role} with the broker at {Address} is there again")]
    public static partial void ConnectedAgain(this ILogger log, string role, BrokerAddress address);

    [LoggerMessage(2103, LogLevel.Warning, "The broker takes no publishes now, and publishers wait: {Reason}")]
    public static partial void Blocked(this ILogger log, string reason);

    [LoggerMessage(2104, LogLevel.Warning, "The broker at {Address} is not there; the bus starts without it and connects when it is: {Reason}")]
    public static partial void StartsWithout(this ILogger log, BrokerAddress address, string reason);

    [LoggerMessage(2105, LogLevel.Warning, "The consumer on {Queue} is gone, and a new one takes its place: {Reason}")]
    public static partial void ConsumerGone(this ILogger log, string queue, string reason);

    [LoggerMessage(2106, LogLevel.Warning, "The broker has {Ready} events in {Queue} and hands out none, though there is room for them; a new consumer takes the place of this one")]
    public static partial void PhantomConsumer(this ILogger log, string queue, long ready);

    [LoggerMessage(2107, LogLevel.Warning, "The private group on {Queue} was lost with its connection; it begins anew, and what was published in between is missed")]
    public static partial void PrivateGroupLost(this ILogger log, string queue);

    [LoggerMessage(2108, LogLevel.Warning, "A message in {Queue} is no event and becomes a dead letter: {Reason}")]
    public static partial void NotAnEvent(this ILogger log, string queue, string reason);

    [LoggerMessage(2109, LogLevel.Warning, "The watch over the consumer on {Queue} failed; it goes on")]
    public static partial void WatchFailed(this ILogger log, string queue, Exception error);
}
