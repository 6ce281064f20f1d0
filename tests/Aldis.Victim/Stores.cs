namespace Aldis.Victim;

/// <summary>Where a victim keeps its events: in a file, or in a database of PostgreSQL where it is given a URI.</summary>
internal static class Stores
{
    public static bool IsServer(string place) => place.StartsWith("postgres", StringComparison.Ordinal) && place.Contains("://", StringComparison.Ordinal);

    public static EventBusBuilder Use(EventBusBuilder bus, string place) => IsServer(place) ? bus.UsePostgreSql(place) : bus.UseSqlite(place);
}
