namespace Aldis.RabbitMq;

/// <summary>
/// The headers of a message. What an event says of itself has the prefix of the CloudEvents binding; what this transport adds has a colon, which no header
/// of an event can have.
/// </summary>
internal static class Names
{
    public const string SpecVersion = "cloudEvents:specversion";
    public const string Id = "cloudEvents:id";
    public const string Source = "cloudEvents:source";
    public const string Type = "cloudEvents:type";
    public const string Time = "cloudEvents:time";
    public const string Key = "cloudEvents:partitionkey";

    /// <summary>How often the event was tried before it was put into the queue again.</summary>
    public const string Attempts = "aldis:attempts";

    /// <summary>How many milliseconds it has still to wait when its queue lets it go.</summary>
    public const string Remaining = "aldis:remaining";

    public const string Group = "aldis:group";
    public const string Topic = "aldis:topic";
    public const string Reason = "aldis:reason";
    public const string Error = "aldis:error";
    public const string DiedAt = "aldis:died-at";
    public const string Where = "aldis:where";

    /// <summary>How often a quorum queue got the message back, counted by the broker.</summary>
    public const string DeliveryCount = "x-delivery-count";

    /// <summary>Where a message died and of what, if the broker let it die.</summary>
    public const string Deaths = "x-death";
}
