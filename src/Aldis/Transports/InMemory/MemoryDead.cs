namespace Aldis.Transports;

/// <summary>A dead letter, as a group keeps it.</summary>
/// <param name="Letter">What people see of it.</param>
/// <param name="Number">Its place in the group.</param>
internal sealed record MemoryDead(DeadLetter Letter, long Number);
