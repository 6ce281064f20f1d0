using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>Deliveries that came together and that nobody has received yet. For one reader at a time.</summary>
internal abstract class Lot
{
    /// <summary>Whether nothing is left, or what is left belongs to others by now.</summary>
    public abstract bool IsThrough { get; }

    /// <summary>Takes as many as there is room for.</summary>
    /// <returns>How many.</returns>
    public abstract int Take(Span<Delivery> buffer);
}

/// <summary>Deliveries of this process's own ledger.</summary>
internal sealed class OwnLot(OwnSeat seat, Delivery[] deliveries, long first) : Lot
{
    private int _next;

    public override bool IsThrough => _next == deliveries.Length;

    public override int Take(Span<Delivery> buffer)
    {
        var count = 0;
        for (; count < buffer.Length && !IsThrough; _next++)
        {
            if (seat.TryGive(first + _next, deliveries[_next]))
            {
                buffer[count++] = deliveries[_next];
            }
        }

        return count;
    }
}
