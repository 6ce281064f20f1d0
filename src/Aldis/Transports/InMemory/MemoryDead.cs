namespace Aldis.Transports;

/// <summary>A dead letter, as a group keeps it.</summary>
/// <param name="Letter">What people see of it.</param>
/// <param name="Number">Its place in the group.</param>
/// <param name="HoldsKey">Whether the later events of its key wait for it.</param>
internal sealed record MemoryDead(DeadLetter Letter, long Number, bool HoldsKey);
