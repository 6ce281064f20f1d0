namespace Aldis.Sqlite;

/// <summary>Forgets private groups: what they held, what they had given up, and the events that were there for them alone.</summary>
internal static class Oblivion
{
    /// <summary>Forgets every private group whose worker is not there any more, for whatever reason.</summary>
    public static void ForgetOrphans(Store store)
    {
        foreach (var (topic, group) in store.Groups.Orphans())
        {
            Forget(store, topic, group);
        }
    }

    public static void Forget(Store store, long topic, long group)
    {
        store.Claims.DeleteOf(group);
        store.Deliveries.DeleteOf(group);
        store.Groups.Delete(group);
        store.Events.DeleteBelow(topic, store.Groups.Floor(topic));
    }
}
