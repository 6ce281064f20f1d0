using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>
/// The keys of which a member looks at nothing for now: a verdict is on its way that makes the later events of the key wait (<see cref="IReceiver"/>), and the publisher takes back with it what it has
/// handed out of the key and nobody has looked at. Where the verdict is not kept the key stays held, until it is: it is tried again. Safe for any thread.
/// </summary>
internal sealed class HeldKeys
{
    private const long Open = long.MaxValue;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, (long From, long Until)> _keys = new(StringComparer.Ordinal);
    private long _next;
    private long _last = Open;

    /// <summary>Whether a settlement makes the later events of its key wait.</summary>
    public static bool Blocks(in Settlement settlement)
        => settlement.Delivery.Envelope.Key is not null && (settlement.Verdict.Kind is VerdictKind.Retry or VerdictKind.Return || settlement.Verdict.HoldsKey);

    /// <summary>The keys of which the later events have to wait for these settlements.</summary>
    public static string[] Of(Settlement[] settlements)
        => Array.Exists(settlements, one => Blocks(one)) ? [.. settlements.Where(one => Blocks(one)).Select(one => one.Delivery.Envelope.Key!).Distinct(StringComparer.Ordinal)] : [];

    /// <summary>Looks at nothing more of these keys.</summary>
    /// <returns>For each the number of the first delivery that was not looked at.</returns>
    public (string Key, long From)[] Hold(string[] keys)
    {
        if (keys.Length == 0)
        {
            return [];
        }

        lock (_gate)
        {
            return Array.ConvertAll(keys, key =>
            {
                var from = _keys.TryGetValue(key, out var hold) && hold.Until == Open ? hold.From : _next;
                _keys[key] = (from, Open);
                return (key, from);
            });
        }
    }

    /// <summary>The verdicts are kept: what has a lower number than this is taken back, and the rest may be looked at.</summary>
    public void Release((string Key, long From)[] held, long until)
    {
        if (held.Length == 0)
        {
            return;
        }

        lock (_gate)
        {
            foreach (var (key, from) in held)
            {
                _keys[key] = (from, until);
            }

            _last = until;
        }
    }

    /// <summary>Whether nobody may look at a delivery. Asked of each in the order of their numbers.</summary>
    public bool Has(string? key, long number)
    {
        lock (_gate)
        {
            _next = number + 1;
            if (number >= _last)
            {
                Forget(number);
            }

            return key is not null && _keys.TryGetValue(key, out var hold) && number < hold.Until;
        }
    }

    private void Forget(long number)
    {
        foreach (var (key, hold) in _keys)
        {
            if (hold.Until <= number)
            {
                _keys.Remove(key);
            }
        }

        _last = Open;
    }
}
