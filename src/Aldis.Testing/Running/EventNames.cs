using Aldis.Catalog;
using Aldis.Events;

namespace Aldis.Testing.Running;

/// <summary>Under which name an event type is on the wire. Known when the bus has started, and it may be started anew.</summary>
internal sealed class EventNames
{
    private volatile EventRegistry? _registry;

    public void Use(EventRegistry registry) => _registry = registry;

    /// <summary>Null where the bus does not know the type: then it has seen none of it.</summary>
    public string? Of(Type type) => _registry?.TryFind(type, out var found) == true ? found.WireName : null;

    /// <summary>What to call the type, even if the bus has seen none of it.</summary>
    public string Show(Type type) => Of(type) ?? (EventNaming.IsDeclared(type) ? NameOf(EventNaming.Of(type)) : type.Name);

    private static string NameOf((TopicName Topic, int Version) declared) => declared.Version == 1 ? $"{declared.Topic}" : $"{declared.Topic}.v{declared.Version}";
}
