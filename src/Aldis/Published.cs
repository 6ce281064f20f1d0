namespace Aldis;

/// <summary>What a publisher holds in hand once its event is stored, or dropped where it allowed that.</summary>
/// <param name="Id">The event's identity.</param>
/// <param name="Level">What the event now survives; <see cref="Durability.None"/> where it was dropped.</param>
public readonly record struct Published(EventId Id, Durability Level);
