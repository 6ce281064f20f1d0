using Aldis.Events;

namespace Aldis;

/// <summary>What can stand in the place of a group's name.</summary>
public static class Group
{
    /// <summary>
    /// The private group of each instance, for what every running process has to know: caches, configuration, open connections. Each bus that
    /// subscribes this way has a group of its own, which gets every event that is published while the bus runs, and nothing from before. When
    /// the bus stops or its process dies, the group goes, with what it had not handled and with its dead letters; nothing is kept for it and
    /// nothing waits for it. All such subscriptions of a bus share its one group, with the rules of any other.
    /// </summary>
    /// <remarks>
    /// No name can be equal to it: <see cref="GroupName"/> allows no star. To the transport the group is called <c>each-instance.</c> and an id,
    /// another one for each bus.
    /// </remarks>
    public const string EachInstance = "each-instance.*";
}
