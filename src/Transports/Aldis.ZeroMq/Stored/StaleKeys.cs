using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>
/// The keys whose later events have to wait since a settlement, each with the number of the first delivery that was handed out after it. What came before and lies here unseen came too early: it
/// goes back. Whoever receives may not be given it, as a receive that begins after a settlement brings nothing of its key that has to wait (<see cref="IReceiver"/>). Safe for any thread.
/// </summary>
internal sealed class StaleKeys
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, long> _before = new(StringComparer.Ordinal);
    private long _last;

    /// <summary>Whether a settlement makes the later events of its key wait.</summary>
    public static bool Blocks(in Settlement settlement)
        => settlement.Delivery.Envelope.Key is not null && (settlement.Verdict.Kind is VerdictKind.Retry or VerdictKind.Return || settlement.Verdict.HoldsKey);

    /// <summary>Settlements are kept: what has a lower number than this and one of their keys came too early, where they make it wait.</summary>
    public void Mark(IEnumerable<Settlement> settled, long before)
    {
        lock (_gate)
        {
            foreach (var settlement in settled.Where(one => Blocks(one)))
            {
                _before[settlement.Delivery.Envelope.Key!] = before;
                _last = Math.Max(_last, before);
            }
        }
    }

    /// <summary>Whether a delivery came too early. Asked of each in the order of their numbers.</summary>
    public bool Has(string? key, long number)
    {
        lock (_gate)
        {
            if (_before.Count > 0 && number >= _last)
            {
                _before.Clear();
            }

            return key is not null && _before.TryGetValue(key, out var before) && number < before;
        }
    }
}
