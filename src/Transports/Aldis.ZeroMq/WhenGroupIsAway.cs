using Aldis.Errors;

namespace Aldis;

/// <summary>
/// What becomes of the events that a publisher keeps for a group of other processes of which no member is there. What is given up is counted (<c>aldis.message.dropped</c>) and told in
/// the log. As soon as a member is there, nothing is given up any more.
/// </summary>
public sealed record WhenGroupIsAway
{
    private WhenGroupIsAway(TimeSpan? longest, long? most) => (Longest, Most) = (longest, most);

    /// <summary>Keeps everything until the group comes back. The ledger grows for as long as it does not.</summary>
    public static WhenGroupIsAway KeepAll { get; } = new(null, null);

    /// <summary>How long an event may wait while no member is there, as long as this process has seen it wait: a restart begins anew, and no clock that is set matters. Null for any time.</summary>
    public TimeSpan? Longest { get; }

    /// <summary>How many events are kept for each topic of the group; null for any number.</summary>
    public long? Most { get; }

    /// <summary>Whether what is given up becomes a dead letter, to be looked at and redriven, in place of being dropped. Default: false, as dead letters take room too.</summary>
    public bool AsDeadLetters { get; init; }

    /// <summary>Keeps events until they have waited for so long while no member was there.</summary>
    /// <param name="longest">How long, as this process has seen it; up to a minute or a 64th more, and anew after a restart. More than zero.</param>
    public static WhenGroupIsAway KeepFor(TimeSpan longest) => new(longest, null);

    /// <summary>Keeps so many events of each topic, the youngest.</summary>
    /// <param name="most">How many; at least 1.</param>
    public static WhenGroupIsAway KeepUpTo(long most) => new(null, most);

    internal bool KeepsAll => Longest is null && Most is null;

    /// <summary>What is wrong with it.</summary>
    internal IEnumerable<Fault> Validate()
    {
        if (Longest <= TimeSpan.Zero || Most < 1)
        {
            yield return new Fault(ErrorCodes.InvalidOption, "ZeroMqOptions.WhenGroupIsAway keeps nothing.", "Its bound must be more than zero.", "To keep nothing at all is what ZeroMqLevel.BestEffort does.");
        }
    }
}
