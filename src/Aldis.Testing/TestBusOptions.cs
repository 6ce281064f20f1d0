namespace Aldis.Testing;

/// <summary>How a test bus is run.</summary>
public sealed record TestBusOptions
{
    /// <summary>The bus's time when it starts. Default: the first of January 2026, 0:00 UTC.</summary>
    public DateTimeOffset StartsAt { get; init; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>How long, in real time, the bus may take to come to rest before a wait for it fails. Default: 10 seconds.</summary>
    public TimeSpan Limit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where <see cref="Faults.Random"/> and the random part of retry delays come from. Default: another one for each bus; every failure tells it.</summary>
    public int? Seed { get; init; }
}
