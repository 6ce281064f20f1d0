namespace Aldis;

/// <summary>What a publisher holds in hand once its event is stored.</summary>
/// <param name="Id">The event's identity.</param>
/// <param name="Level">What the event now survives.</param>
public readonly record struct Published(EventId Id, Durability Level);
