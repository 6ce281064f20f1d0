namespace Aldis.PostgreSql.Rows;

/// <summary>A change as the database tells it, with rows as JSON by the names of columns.</summary>
internal sealed record RawChange(EventId Id, string Topic, string? Key, RowKinds Kind, byte[]? Old, byte[]? New, DateTimeOffset At)
{
    /// <summary>Its number in the table of changes; 0 where it is in none.</summary>
    public long Number { get; init; }
}
