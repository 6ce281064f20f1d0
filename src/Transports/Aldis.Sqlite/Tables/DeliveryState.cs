namespace Aldis.Sqlite;

/// <summary>The states of a row in <c>aldis_delivery</c>, as the file has them.</summary>
internal static class DeliveryState
{
    public const int Waiting = 0;
    public const int Leased = 1;
    public const int Dead = 2;

    /// <summary>Waiting for others of its key to be through.</summary>
    public const int Parked = 3;

    /// <summary>Dead, and the later events of its key wait for it.</summary>
    public const int DeadHoldingKey = 4;
}
