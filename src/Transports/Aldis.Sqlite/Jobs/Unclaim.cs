namespace Aldis.Sqlite;

/// <summary>Breaks a claim up: what is not settled gets rows of its own, due now, in its order.</summary>
internal static class Unclaim
{
    /// <summary>Breaks up all that a worker holds.</summary>
    public static void ReturnAll(Store store, long worker, int attempts, int lost)
    {
        foreach (var token in store.Claims.TokensOf(worker))
        {
            Return(store, store.Groups.TopicOf(store.Claims.Find(token)!.Value.Group), token, attempts, lost);
        }
    }

    public static void Return(Store store, long topic, long token, int attempts, int lost)
    {
        if (store.Claims.Find(token) is not { } claim)
        {
            return;
        }

        for (var number = claim.First; number <= claim.Last; number++)
        {
            if (!SettledBits.Has(claim.Settled, number - claim.First))
            {
                store.Deliveries.Wait(EventTable.Position(topic, number), claim.Group, store.Clock.Now, attempts, lost, null);
            }
        }

        store.Claims.Delete(token);
    }
}
