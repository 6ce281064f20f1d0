namespace Aldis.Dispatch;

/// <summary>An event of a lane that goes back to the transport, by a verdict or because an earlier one does. Guarded by the lock of <see cref="Lanes"/>.</summary>
internal sealed class LaneReturn(Lane lane, EventId id)
{
    public Lane Lane => lane;

    public EventId Id => id;

    /// <summary>Once the transport knows: the newest receive that may bring what was handed out before it knew. Until then, every one may.</summary>
    public long StoredAt { get; set; } = long.MaxValue;
}
