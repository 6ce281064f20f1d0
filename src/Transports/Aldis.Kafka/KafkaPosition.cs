namespace Aldis;

/// <summary>A place in a topic, from which a group reads. Immutable.</summary>
public sealed record KafkaPosition
{
    private KafkaPosition()
    {
    }

    /// <summary>After all that is there: what is published from now on.</summary>
    public static KafkaPosition End { get; } = new() { IsEnd = true };

    /// <summary>Before all that is there.</summary>
    public static KafkaPosition Beginning { get; } = new();

    /// <summary>The moment, where the place is one; else null.</summary>
    public DateTimeOffset? Time { get; private init; }

    /// <summary>The offset in each partition, where the place is given so; else null.</summary>
    public IReadOnlyDictionary<int, long>? Offsets { get; private init; }

    internal bool IsEnd { get; private init; }

    /// <summary>The first event of each partition whose record has this time or a later one; the end where there is none.</summary>
    /// <param name="time">The moment, by the clock of the records: that of their publishers, unless the topic says otherwise.</param>
    public static KafkaPosition At(DateTimeOffset time) => new() { Time = time };

    /// <summary>The next event to be read in each partition, by its offset. Partitions that are not named stay where they are.</summary>
    /// <param name="offsets">From partitions to offsets.</param>
    public static KafkaPosition AtOffsets(IReadOnlyDictionary<int, long> offsets)
    {
        ArgumentNullException.ThrowIfNull(offsets);
        return new KafkaPosition { Offsets = offsets };
    }

    /// <inheritdoc/>
    public override string ToString() => this switch
    {
        { IsEnd: true } => "the end",
        { Time: { } time } => $"what came at {time:O} or later",
        { Offsets: { } offsets } => string.Join(", ", offsets.Select(pair => $"partition {pair.Key} at {pair.Value}")),
        _ => "the beginning",
    };
}
