using Aldis.Events;
using Microsoft.Extensions.Logging;

namespace Aldis.ZeroMq;

/// <summary>Every log message of the ZeroMQ transport, with its stable event id: 25xx.</summary>
internal static partial class ZeroMqLog
{
    [LoggerMessage(2501, LogLevel.Information, "Listening at {Address}, {Protection}")]
    public static partial void Listening(this ILogger log, PeerAddress address, string protection);

    [LoggerMessage(2502, LogLevel.Information, "The publisher at {Address} is there")]
    public static partial void PublisherThere(this ILogger log, PeerAddress address);

    [LoggerMessage(2503, LogLevel.Warning, "The publisher at {Address} is silent; what it had handed out and is not settled will come again when it is back")]
    public static partial void PublisherSilent(this ILogger log, PeerAddress address);

    [LoggerMessage(2504, LogLevel.Warning, "A member of the group {Group} on {Topic} is gone; the events that it held, {Count}, go to others")]
    public static partial void MemberGone(this ILogger log, string group, TopicName topic, int count);

    [LoggerMessage(2505, LogLevel.Error, "The peer {Address} is not used: it is not on this machine, and nothing is encrypted. Name a key file (ZeroMqOptions.KeyFile), or allow plain text (ZeroMqOptions.AllowPlainText)")]
    public static partial void PlainTextRefused(this ILogger log, PeerAddress address);

    [LoggerMessage(2506, LogLevel.Warning, "The file with the peers cannot be read; those that are known are kept")]
    public static partial void PeersUnreadable(this ILogger log, Exception error);

    [LoggerMessage(2507, LogLevel.Warning, "The name {Host} of a peer cannot be looked up ({Reason}); its addresses are taken to be as they were")]
    public static partial void NameUnknown(this ILogger log, string host, string reason);

    [LoggerMessage(2508, LogLevel.Warning, "A peer has sent what is no message of the protocol, and it is not heeded: {Reason}")]
    public static partial void NotAMessage(this ILogger log, string reason);

    [LoggerMessage(2509, LogLevel.Warning, "The ledger cannot hand out events of {Topic} for the group {Group} now; it is tried again")]
    public static partial void LedgerFailed(this ILogger log, TopicName topic, string group, Exception error);

    [LoggerMessage(2510, LogLevel.Warning, "The publisher at {Address} does not serve the group {Group} on {Topic}: {Reason}")]
    public static partial void NotServed(this ILogger log, PeerAddress address, string group, TopicName topic, string reason);

    [LoggerMessage(2511, LogLevel.Warning, "Nobody of the group {Group} has come for its events of {Topic}: {Count} are given up")]
    public static partial void GivenUpForGroup(this ILogger log, GroupName group, TopicName topic, int count);

    [LoggerMessage(2512, LogLevel.Warning, "It could not be looked who there is; it is tried again")]
    public static partial void LookFailed(this ILogger log, Exception error);

    [LoggerMessage(2513, LogLevel.Warning, "Events that are to be dropped: nobody takes those of {Topic} for the group {Group} as quickly as they come; the metric counts them")]
    public static partial void Dropping(this ILogger log, TopicName topic, string group);

    [LoggerMessage(2514, LogLevel.Warning, "The private group on {Topic} was lost with its publisher at {Address}; it begins anew there, and what was published in between is missed")]
    public static partial void PrivateGroupLost(this ILogger log, TopicName topic, PeerAddress address);

    [LoggerMessage(2515, LogLevel.Error, "A socket has failed; the others go on")]
    public static partial void SocketFailed(this ILogger log, Exception error);
}
