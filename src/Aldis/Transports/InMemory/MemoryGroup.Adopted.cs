using Aldis.Events;

namespace Aldis.Transports;

/// <content>What it adopts of a group on another transport.</content>
internal sealed partial class MemoryGroup
{
    /// <summary>Takes a delivery as if it had been handed out here, and settles it.</summary>
    public void Adopt(Settlement settlement)
    {
        var (envelope, verdict) = (settlement.Delivery.Envelope, settlement.Verdict);
        lock (_gate)
        {
            if (IsHere(envelope))
            {
                return;
            }

            var waiting = new Waiting(envelope, ++_number, settlement.Delivery.Attempt - 1);
            _out++;
            Occupy(envelope.Key);
            switch (verdict.Kind)
            {
                case VerdictKind.Retry:
                    Retry(waiting, verdict.After);
                    break;
                case VerdictKind.Dead:
                    Bury(waiting, verdict);
                    break;
                default:
                    Return([waiting]);
                    break;
            }
        }
    }

    /// <summary>Those of some keys that have an event here for which a later one has to wait.</summary>
    public IReadOnlySet<string> HeldKeys(IReadOnlySet<string> keys)
    {
        lock (_gate)
        {
            return keys.Where(_lines.ContainsKey).ToHashSet(StringComparer.Ordinal);
        }
    }

    private void Occupy(string? key)
    {
        if (key is not null)
        {
            (Line(key) ?? (_lines[key] = new MemoryLine())).Occupy();
        }
    }

    private bool IsHere(Envelope envelope)
    {
        if (Line(envelope.Key) is not { } line)
        {
            return false;
        }

        var waiting = _ready.Concat(_delayed.UnorderedItems.Select(item => item.Element)).Concat(line.AllParked);
        return waiting.Any(one => one.Envelope.Id == envelope.Id) || _dead.Any(dead => dead.Letter.HoldsKey && dead.Letter.Envelope.Id == envelope.Id);
    }
}
