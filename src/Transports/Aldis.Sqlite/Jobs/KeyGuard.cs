namespace Aldis.Sqlite;

/// <summary>
/// Knows which keys other receivers of the group hold in their claims, so that this one takes none of them. Each claim's keys are read once. Used by one
/// receiver, on the writer's thread.
/// </summary>
internal sealed class KeyGuard(GroupAddress address)
{
    private readonly Dictionary<long, List<(long Number, string Key)>> _known = [];
    private readonly List<long> _new = [];
    private readonly HashSet<string> _held = new(StringComparer.Ordinal);

    /// <summary>The keys that others hold now.</summary>
    /// <param name="store">The file.</param>
    /// <param name="mine">What this receiver holds.</param>
    public IReadOnlySet<string> HeldElsewhere(Store store, Held mine)
    {
        _held.Clear();
        var others = store.Claims.TokensOfGroup(address.GroupId).Where(token => !mine.HasClaim(token)).ToHashSet();
        foreach (var gone in _known.Keys.Where(token => !others.Contains(token)).ToArray())
        {
            _known.Remove(gone);
        }

        foreach (var token in others)
        {
            AddUnsettled(store, token);
        }

        return _held;
    }

    /// <summary>What was read is on the disk.</summary>
    public void Keep() => _new.Clear();

    /// <summary>Forgets what was read in a transaction that did not come to its end: the tokens of its claims are given anew.</summary>
    public void Undo()
    {
        _new.ForEach(token => _known.Remove(token));
        _new.Clear();
    }

    private void AddUnsettled(Store store, long token)
    {
        if (store.Claims.Find(token) is not { } claim)
        {
            return;
        }

        if (!_known.TryGetValue(token, out var keys))
        {
            _known.Add(token, keys = store.Events.Keys(address.TopicId, claim.First, claim.Last));
            _new.Add(token);
        }

        foreach (var (number, key) in keys)
        {
            if (!SettledBits.Has(claim.Settled, number - claim.First))
            {
                _held.Add(key);
            }
        }
    }
}
