namespace Aldis;

/// <summary>What a publisher may say about one event. Everything is optional.</summary>
public sealed record PublishOptions
{
    /// <summary>The identity. Default: a new one. Give the same id again when a publish is repeated after an unknown outcome.</summary>
    public EventId? Id { get; init; }

    /// <summary>What belongs together. Default: what the event type's key selector says.</summary>
    public string? Key { get; init; }

    /// <summary>What travels beside the event. Default: nothing.</summary>
    public Headers Headers { get; init; } = Headers.Empty;
}
