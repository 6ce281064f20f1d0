namespace Aldis.Kafka;

/// <summary>A dead letter in a topic. It goes when each of its records has been taken away.</summary>
/// <param name="Letter">What is known of the last death of the event.</param>
/// <param name="Keys">The keys of its records: one for each time that the event died and was not taken away.</param>
internal sealed record Grave(DeadLetter Letter, IReadOnlyList<byte[]> Keys);
