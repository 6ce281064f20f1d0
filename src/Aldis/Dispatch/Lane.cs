using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>The deliveries of one key that a pump holds: one runs, the later ones wait behind it. Guarded by the lock of <see cref="Lanes"/>.</summary>
internal sealed class Lane(string key)
{
    public string Key => key;

    /// <summary>What waits behind the delivery that runs; made when something does.</summary>
    public Queue<Delivery>? Behind { get; private set; }

    /// <summary>Whether a delivery of it is being handled, or its verdict is on its way.</summary>
    public bool IsRunning { get; set; } = true;

    /// <summary>The event whose verdict makes the later ones wait: when the transport hands it out again, the key has begun anew.</summary>
    public EventId? BlockedBy { get; set; }

    /// <summary>Lets a delivery wait behind the one that runs.</summary>
    public void Wait(Delivery delivery) => (Behind ??= []).Enqueue(delivery);

    /// <summary>Once that verdict is stored: the newest receive that may bring deliveries from before it. Until then, every one may.</summary>
    public long StaleUntil { get; set; } = long.MaxValue;
}
