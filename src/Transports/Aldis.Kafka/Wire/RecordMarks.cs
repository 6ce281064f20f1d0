namespace Aldis.Kafka;

/// <summary>
/// Headers that the transport itself writes on records of retry topics and of dead-letter topics. Headers of events are lower-case, so that no event can
/// have one of these.
/// </summary>
internal static class RecordMarks
{
    public const string Prefix = "Aldis-";

    /// <summary>Which attempt comes.</summary>
    public const string Attempt = "Aldis-Attempt";

    /// <summary>When it may be handed out: milliseconds since 1970, by the clock of who wrote it.</summary>
    public const string Due = "Aldis-Due";

    /// <summary>How often a dead letter was delivered.</summary>
    public const string Attempts = "Aldis-Attempts";

    public const string Reason = "Aldis-Reason";

    public const string Error = "Aldis-Error";

    /// <summary>When it died, as in RFC 3339.</summary>
    public const string Died = "Aldis-Died";

    public const string Where = "Aldis-Where";
}
