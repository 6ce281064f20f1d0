using System.ComponentModel;
using Aldis.Events;

namespace Aldis.Catalog;

/// <summary>An event type with the topic that the compiler has read from its declaration, so that nobody has to look it up when the program runs. Made by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public abstract class EventDeclaration
{
    private protected EventDeclaration(Type clrType, string? topic, int version) => (ClrType, Topic, Version) = (clrType, topic, version);

    internal Type ClrType { get; }

    internal string? Topic { get; }

    internal int Version { get; }

    /// <summary>Declares a type for the topic that its declaration says.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="topic">The topic; checked when it is used. Null where the compiler cannot say: it is then looked up.</param>
    /// <param name="version">The version of its shape.</param>
    public static EventDeclaration<T> Of<T>(string? topic = null, int version = 1) where T : notnull => new(topic, version);

    internal (TopicName Topic, int Version) Name => Topic is null ? EventNaming.Of(ClrType) : (TopicName.Parse(Topic), Version);

    internal abstract EventType AddTo(EventRegistry registry);

    /// <summary>The type as it would be, for a catalogue that tells of it without having it.</summary>
    internal abstract EventType Describe();
}
