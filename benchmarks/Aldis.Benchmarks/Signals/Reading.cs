namespace Aldis.Benchmarks.Signals;

/// <summary>What one case took in one round.</summary>
/// <param name="Nanoseconds">Time of an operation in the fastest iteration.</param>
/// <param name="Bytes">Memory allocated by an operation.</param>
internal readonly record struct Reading(double Nanoseconds, double Bytes);
