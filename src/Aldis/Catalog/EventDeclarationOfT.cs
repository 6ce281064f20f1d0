using System.ComponentModel;

namespace Aldis.Catalog;

/// <summary>The declaration of the event type <typeparamref name="T"/>.</summary>
/// <typeparam name="T">The type of the event.</typeparam>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class EventDeclaration<T> : EventDeclaration where T : notnull
{
    internal EventDeclaration(string? topic, int version) : base(typeof(T), topic, version)
    {
    }

    internal EventType<T> Add(EventRegistry registry)
    {
        registry.Know(this);
        return registry.Add<T>();
    }

    internal override EventType AddTo(EventRegistry registry) => Add(registry);

    internal override EventType Describe()
    {
        var (topic, version) = Name;
        return new EventType<T>(topic, version, key: null);
    }
}
