namespace Aldis.Catalog;

/// <summary>How much of its options a handler says itself; the rest is what its group says.</summary>
internal enum SaidOptions
{
    /// <summary>It has options of its own.</summary>
    All,

    /// <summary>Only how many run at a time, on its [Subscribe] attribute.</summary>
    Concurrency,

    /// <summary>It has none.</summary>
    Nothing,
}
