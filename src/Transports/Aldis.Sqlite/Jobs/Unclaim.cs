namespace Aldis.Sqlite;

/// <summary>Breaks a claim up: what is not settled gets rows of its own, due now, in its order.</summary>
internal static class Unclaim
{
    /// <summary>Breaks up all that a worker holds.</summary>
    public static void ReturnAll(Store store, long worker, int attempts, int lost)
    {
        foreach (var token in store.Claims.TokensOf(worker))
        {
            Return(store, store.Groups.AddressOf(store.Claims.Find(token)!.Value.Group), token, attempts, lost);
        }
    }

    public static void Return(Store store, GroupAddress address, long token, int attempts, int lost)
    {
        if (store.Claims.Find(token) is not { } claim)
        {
            return;
        }

        var keys = store.Events.Keys(address.TopicId, claim.First, claim.Last).ToDictionary(one => one.Number, one => one.Key);
        for (var number = claim.First; number <= claim.Last; number++)
        {
            if (!SettledBits.Has(claim.Settled, number - claim.First))
            {
                var isBehind = store.Keys.HasBefore(address.GroupId, keys.GetValueOrDefault(number), number);
                store.Deliveries.Wait(address, number, isBehind, store.Clock.Now, attempts, lost, error: null);
            }
        }

        store.Claims.Delete(token);
    }
}
