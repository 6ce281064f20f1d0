using Aldis.Errors;
using Confluent.Kafka;
using KafkaError = Confluent.Kafka.Error;
using KafkaErrorCode = Confluent.Kafka.ErrorCode;

namespace Aldis.Kafka;

/// <summary>Turns what the client says into an error for people.</summary>
internal static class KafkaFault
{
    /// <summary>The error of a call.</summary>
    public static TransportException Explain(string what, KafkaError error, bool mayBeStored = false, Exception? inner = null)
        => new(new Fault(CodeOf(error.Code), what, $"Kafka says: {error.Reason} ({error.Code})."), mayBeStored, inner);

    /// <summary>The error of a call.</summary>
    public static TransportException Explain(string what, KafkaException error) => Explain(what, error.Error, inner: error);

    /// <summary>Whether the user has to mend it: no time will.</summary>
    public static bool IsRefusal(KafkaErrorCode code) => CodeOf(code) == ErrorCodes.KafkaRefused;

    private static Aldis.Errors.ErrorCode CodeOf(KafkaErrorCode code) => code switch
    {
        KafkaErrorCode.Local_Authentication or KafkaErrorCode.SaslAuthenticationFailed or KafkaErrorCode.Local_Ssl or KafkaErrorCode.TopicAuthorizationFailed
            or KafkaErrorCode.GroupAuthorizationFailed or KafkaErrorCode.ClusterAuthorizationFailed or KafkaErrorCode.TransactionalIdAuthorizationFailed
            or KafkaErrorCode.UnsupportedSaslMechanism => ErrorCodes.KafkaRefused,
        KafkaErrorCode.UnknownTopicOrPart or KafkaErrorCode.Local_UnknownTopic or KafkaErrorCode.Local_UnknownPartition => ErrorCodes.KafkaTopicMissing,
        KafkaErrorCode.MsgSizeTooLarge or KafkaErrorCode.RecordListTooLarge => ErrorCodes.KafkaRecordTooLarge,
        KafkaErrorCode.Local_MsgTimedOut or KafkaErrorCode.RequestTimedOut or KafkaErrorCode.NotEnoughReplicas or KafkaErrorCode.NotEnoughReplicasAfterAppend
            => ErrorCodes.KafkaNotAcknowledged,
        _ => ErrorCodes.KafkaUnavailable,
    };
}
