using Aldis.Errors;
using Aldis.Events;
using Confluent.Kafka;

namespace Aldis.Kafka;

/// <summary>A record that was taken from a partition and is not settled yet. Changed under the intake's lock only.</summary>
/// <param name="lot">Where it comes from.</param>
/// <param name="place">Its place among what is not settled there.</param>
/// <param name="record">The record.</param>
internal sealed class Taken(Lot lot, LinkedListNode<Lot.Open> place, ConsumeResult<byte[], byte[]> record)
{
    public Lot Lot => lot;

    public LinkedListNode<Lot.Open> Place => place;

    /// <summary>The record, until it has been read.</summary>
    public ConsumeResult<byte[], byte[]>? Record { get; set; } = record;

    /// <summary>The event, once the record has been read.</summary>
    public Envelope? Envelope { get; set; }

    /// <summary>Why the record is no event; null where it is one.</summary>
    public Fault? Fault { get; set; }

    /// <summary>The attempt that comes or is under way.</summary>
    public int Attempt { get; set; } = 1;

    /// <summary>The order in which it came to this receiver, over all partitions.</summary>
    public long Arrival { get; init; }

    /// <summary>How often it has been handed out here; a settlement of another time is refused.</summary>
    public long Token { get; set; }

    public TakenState State { get; set; }
}

/// <summary>Where a record stands.</summary>
internal enum TakenState
{
    /// <summary>It waits to be handed out.</summary>
    Waiting,

    /// <summary>Somebody handles it.</summary>
    HandedOut,

    /// <summary>Its verdict is being stored.</summary>
    Settling,

    /// <summary>It is settled.</summary>
    Settled,
}
