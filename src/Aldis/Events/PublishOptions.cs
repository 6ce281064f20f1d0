namespace Aldis;

/// <summary>What a publisher may say about one event. Everything is optional.</summary>
public sealed record PublishOptions
{
    /// <summary>The identity. Default: a new one. Give the same id again when a publish is repeated after an unknown outcome.</summary>
    public EventId? Id { get; init; }

    /// <summary>What belongs together. Default: what the event type's key selector says.</summary>
    public string? Key { get; init; }

    /// <summary>
    /// What happens when 4,096 events of the topic wait to be sent already. Default: what <c>EventBusBuilder.WhenFull</c> says.
    /// <see cref="WhenFull.DropOldest"/> is refused. Without meaning for what a handler publishes on its context, which goes with the acknowledgement.
    /// </summary>
    public WhenFull? WhenFull { get; init; }

    /// <summary>What travels beside the event. Default: nothing.</summary>
    public Headers Headers { get; init; } = Headers.Empty;

    /// <summary>
    /// When it is published, by the wall clock. Until then it is kept by the transport, or by the ledger, and survives what these survive. Default: at once. An instant
    /// that has passed means at once. Not together with <see cref="After"/>.
    /// </summary>
    public DateTimeOffset? At { get; init; }

    /// <summary>After how long it is published. A clock that is set meanwhile changes nothing. Default: at once. Not together with <see cref="At"/>.</summary>
    public TimeSpan? After { get; init; }

    internal bool IsLater => At is not null || After is not null;
}
