namespace Aldis.AotApp.Bus;

/// <summary>A service that handlers take.</summary>
internal sealed class Ledger
{
    public bool IsLarge(OrderPlaced order) => order.Total > 50;
}
