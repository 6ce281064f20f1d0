namespace Aldis.Transports;

/// <summary>What a transport can do. Declared here, proved by the conformance suite; what is missing is never silently ignored.</summary>
public sealed record TransportFeatures
{
    /// <summary>The name in telemetry (<c>messaging.system</c>), for example <c>aldis</c> or <c>rabbitmq</c>.</summary>
    public required string System { get; init; }

    /// <summary>The host name of its server in telemetry (<c>server.address</c>). Default: it has none.</summary>
    public string? ServerAddress { get; init; }

    /// <summary>The port of its server in telemetry (<c>server.port</c>). Default: not told.</summary>
    public int? ServerPort { get; init; }

    /// <summary>What an event survives once <see cref="ISender.SendAsync"/> has returned.</summary>
    public required Durability Durable { get; init; }

    /// <summary>Whether one receiver of a group gets the events of a topic in the order in which they were sent.</summary>
    public bool Ordered { get; init; }

    /// <summary>
    /// Whether events with the same key are handed out in order in each group, however many receivers it has: while one of them is unsettled at one
    /// receiver, waits to be tried again, or is dead and holds its key (<see cref="Verdict.HoldsKey"/>), no receiver but that one gets a later one,
    /// and from the moment it comes to such a verdict nobody does. What a receiver holds of the key then, it returns (<see cref="Verdict.Return"/>).
    /// </summary>
    public bool KeyOrder { get; init; }

    /// <summary>
    /// Whether one receiver of a group at a time is given the events of a key, in their order: while it holds one unsettled, no other gets a later one. That is what a
    /// partition gives. It is less than <see cref="KeyOrder"/>, which goes through retries and dead letters; with a ledger (<see cref="IDeliveryStore"/>) it becomes that.
    /// </summary>
    public bool KeyOwner { get; init; }

    /// <summary>Whether it keeps dead letters (<see cref="IDeadLetterStore"/>). Without, a bus needs a ledger.</summary>
    public bool DeadLetters { get; init; }

    /// <summary>Whether a retry's delay is kept by the transport, so that it survives the process.</summary>
    public bool Delays { get; init; }

    /// <summary>Whether a settlement and the envelopes published with it happen together or not at all.</summary>
    public bool AtomicSettlement { get; init; }

    /// <summary>Whether an envelope sent twice with one id is stored once.</summary>
    public bool Deduplicates { get; init; }

    /// <summary>Whether it is its own inbox (<see cref="IInbox"/>): what a group has handled is remembered together with the verdict.</summary>
    public bool Remembers { get; init; }

    /// <summary>Whether it keeps events until they are due (<see cref="IScheduleStore"/>), and publishes each once, however many processes share it.</summary>
    public bool Schedules { get; init; }

    /// <summary>Whether events that are done can be read again.</summary>
    public bool Replays { get; init; }

    /// <summary>Whether what is sent to a topic that has no group yet is kept for the first group to come.</summary>
    public bool KeepsForFirstGroup { get; init; }

    /// <summary>The largest body in bytes, or null where only the limit of the bus counts.</summary>
    public int? MaxBody { get; init; }
}
