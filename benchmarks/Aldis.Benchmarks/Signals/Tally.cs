namespace Aldis.Benchmarks.Signals;

/// <summary>An event that carries the counters of its receivers: threads that send one each share the emitter and nothing else.</summary>
public sealed class Tally
{
    // Room on both sides, so that no other thread's counters are in the same line of the cache.
    private readonly int[] _counts = new int[64];

    public void Count(int receiver) => _counts[24 + receiver]++;
}
