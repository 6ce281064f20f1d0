using Aldis.Events;
using Aldis.Transports;

namespace Aldis.RabbitMq;

/// <summary>The queue of a group.</summary>
/// <param name="Topic">The topic.</param>
/// <param name="Group">The group.</param>
/// <param name="Name">Its name on the broker.</param>
/// <param name="IsPrivate">Whether it goes with its connection.</param>
/// <param name="Place">Its name, and the broker: another broker may have one of the same name.</param>
internal sealed record GroupQueue(TopicName Topic, GroupName Group, string Name, bool IsPrivate, string Place)
{
    /// <summary>By what it is reached over the exchange for what comes back. Neither part can have a colon.</summary>
    public string Address => $"{Topic}:{Group}";

    /// <summary>The queue of its dead letters, where it has one of its own.</summary>
    public string DeadName => Name + ":dead";

    public static GroupQueue Of(ReceiverSpec spec, RabbitMqTopology topology, BrokerAddress broker)
    {
        var name = spec.IsPrivate ? $"{topology.Prefix}:{spec.Topic}:{spec.Group}" : topology.QueueOf(spec.Topic, spec.Group);
        return new(spec.Topic, spec.Group, name, spec.IsPrivate, $"{broker} {name}");
    }

    /// <summary>Reads an address.</summary>
    public static (TopicName Topic, GroupName Group)? Parse(string address)
    {
        var colon = address.IndexOf(':', StringComparison.Ordinal);
        try
        {
            return colon < 0 ? null : (TopicName.Parse(address[..colon]), GroupName.Parse(address[(colon + 1)..]));
        }
        catch (AldisException)
        {
            return null;
        }
    }
}
