using Aldis.Events;

namespace Aldis.Catalog;

/// <summary>What the catalogue knows of one event type: its topic, its version and how it becomes bytes.</summary>
public abstract class EventType
{
    private protected EventType(Type clrType, TopicName topic, int version)
    {
        ClrType = clrType;
        Topic = topic;
        Version = version;
        WireName = version == 1 ? topic.Value : $"{topic.Value}.v{version}";
    }

    /// <summary>The type in C#.</summary>
    public Type ClrType { get; }

    /// <summary>The topic it is published on.</summary>
    public TopicName Topic { get; }

    /// <summary>The version of its shape, from 1.</summary>
    public int Version { get; }

    /// <summary>Its name on the wire: the topic's, with <c>.v2</c> and so on behind it from version 2.</summary>
    public string WireName { get; }

    /// <inheritdoc/>
    public override string ToString() => $"{ClrType.Name} ({WireName})";

    internal abstract Envelope Seal(object @event, PublishOptions? options, EnvelopeFactory factory);
}
