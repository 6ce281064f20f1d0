namespace Aldis.Sqlite;

/// <summary>Breaks a claim up: what is not settled gets rows of its own, due now, in its order.</summary>
internal static class Unclaim
{
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
