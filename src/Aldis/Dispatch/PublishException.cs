using Aldis.Errors;
using Aldis.Events;

namespace Aldis;

/// <summary>
/// A publish failed. <see cref="MayBeStored"/> says whether the event certainly is not stored (rejected), or perhaps is (unknown): then publish
/// it again with <see cref="Id"/>.
/// </summary>
public sealed class PublishException : AldisException
{
    internal PublishException(Envelope envelope, bool mayBeStored, string why, Exception? inner)
        : this(envelope, mayBeStored, Explain(envelope, mayBeStored, why), inner)
    {
    }

    private PublishException(Envelope envelope, bool mayBeStored, Fault fault, Exception? inner) : base(fault, inner)
        => (Id, Topic, MayBeStored) = (envelope.Id, envelope.Topic.Value, mayBeStored);

    /// <summary>The identity of the event.</summary>
    public EventId Id { get; }

    /// <summary>The topic it was for.</summary>
    public string Topic { get; }

    /// <summary>False: certainly not stored (ALD1401, ALD1410). True: perhaps stored (ALD1402).</summary>
    public bool MayBeStored { get; }

    /// <summary>There was no room for it.</summary>
    internal static PublishException Full(Envelope envelope, int capacity) => new(envelope, mayBeStored: false, new Fault(ErrorCodes.PublishBufferFull,
        $"{envelope} was not stored.", $"{capacity} events of its topic wait to be sent, and it was published with WhenFull.Fail."), null);

    private static Fault Explain(Envelope envelope, bool mayBeStored, string why) => mayBeStored
        ? new Fault(ErrorCodes.PublishUnknown, $"It is not known whether {envelope} was stored.", why)
        : new Fault(ErrorCodes.PublishRejected, $"{envelope} was not stored.", why);
}
