using Aldis.Events;

namespace Aldis.Transports;

internal sealed partial class MemoryGroup
{
    public IReadOnlyList<DeadLetter> DeadLetters(DeadLetterFilter filter)
    {
        lock (_gate)
        {
            MemoryDead[] meant = [.. Meant(filter)];
            var behind = Waiting(meant.Where(dead => dead.Letter.HoldsKey).Select(dead => dead.Letter.Envelope.Key!));
            return [.. meant.Select(dead => dead.Letter with { Parked = dead.Letter.HoldsKey ? behind[dead.Letter.Envelope.Key!].Count(number => number > dead.Number) : 0 })];
        }
    }

    public int Discard(DeadLetterFilter filter)
    {
        int count;
        lock (_gate)
        {
            MemoryDead[] meant = [.. Meant(filter)];
            Array.ForEach(meant, Forget);
            count = meant.Length;
        }

        _arrived.Beat();
        return count;
    }

    public int Redrive(DeadLetterFilter filter)
    {
        int count;
        lock (_gate)
        {
            MemoryDead[] meant = [.. Meant(filter)];
            HandBack([.. meant.Select(dead => (dead, dead.Letter.Envelope))]);
            count = meant.Length;
        }

        _arrived.Beat();
        return count;
    }

    /// <summary>Hands back another event in the place of a dead one.</summary>
    public bool Replace(EventId id, Envelope copy)
    {
        lock (_gate)
        {
            if (_dead.FirstOrDefault(dead => dead.Letter.Envelope.Id == id) is not { } dead)
            {
                return false;
            }

            HandBack([(dead, copy)]);
        }

        _arrived.Beat();
        return true;
    }

    private IEnumerable<MemoryDead> Meant(DeadLetterFilter filter) => _dead.Where(dead => filter.Means(dead.Letter));

    /// <summary>What holds its key comes next, before the others of it; the rest goes to the end.</summary>
    private void HandBack((MemoryDead Dead, Envelope Envelope)[] events)
    {
        foreach (var (dead, envelope) in events)
        {
            _dead.Remove(dead);
            if (!dead.Letter.HoldsKey)
            {
                _ready.AddLast(new Waiting(envelope, ++_number, 0));
            }
        }

        PutFirst([.. events.Where(one => one.Dead.Letter.HoldsKey).OrderBy(one => one.Dead.Number).Select(one => new Waiting(one.Envelope, one.Dead.Number, 0))]);
    }

    private void Forget(MemoryDead dead)
    {
        _dead.Remove(dead);
        if (dead.Letter.HoldsKey)
        {
            Pass(dead.Letter.Envelope.Key, dead.Number);
        }
    }

    /// <summary>The numbers of all events of some keys that nobody holds.</summary>
    private Dictionary<string, List<long>> Waiting(IEnumerable<string> keys)
    {
        var numbers = keys.Distinct().ToDictionary(key => key, key => (Line(key)?.AllParked ?? []).Select(waiting => waiting.Number).ToList(), StringComparer.Ordinal);
        foreach (var waiting in numbers.Count == 0 ? [] : _ready.Concat(_delayed.UnorderedItems.Select(item => item.Element)))
        {
            if (waiting.Envelope.Key is { } key && numbers.TryGetValue(key, out var its))
            {
                its.Add(waiting.Number);
            }
        }

        return numbers;
    }
}
