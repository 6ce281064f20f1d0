using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using Aldis.Errors;
using Aldis.Events;

namespace Aldis.Catalog;

/// <summary>The event types of a bus, by C# type. A type comes in by being added, subscribed to, returned by a handler, or marked with [Event].</summary>
internal sealed class EventRegistry
{
    private readonly ConcurrentDictionary<Type, EventType> _types = new();
    private readonly ConcurrentDictionary<string, Type> _owners = new();
    private readonly ConcurrentDictionary<Type, EventDeclaration> _declarations = new();

    public IEnumerable<EventType> Types => _types.Values.OrderBy(type => type.WireName, StringComparer.Ordinal);

    /// <summary>Adds a type, or finds it. A topic or key given here is added to what is known of it.</summary>
    public EventType<T> Add<T>(string? topic = null, Func<T, string?>? key = null) where T : notnull
    {
        var known = _types.GetValueOrDefault(typeof(T)) as EventType<T>;
        if (known is not null && topic is null && key is null)
        {
            return known;
        }

        var (name, version) = NameOf(typeof(T));
        var type = new EventType<T>(topic is null ? known?.Topic ?? name : TopicName.Parse(topic), version, key ?? known?.Key);
        Claim(type, known);
        _types[typeof(T)] = type;
        return type;
    }

    /// <summary>Learns what the compiler has read of a type. The type is no event of this bus by that.</summary>
    public void Know(EventDeclaration declaration) => _declarations.TryAdd(declaration.ClrType, declaration);

    /// <summary>The type of what is sent on a signal: the event's own where the signal's name is its topic, else one for the topic of that name.</summary>
    public EventType<T> AddCarried<T>(Signal<T> signal) where T : notnull
    {
        var topic = TopicName.Parse(signal.Name
            ?? throw new AldisException(new Fault(ErrorCodes.AnonymousSignal, $"The {signal} was to be carried, and other processes know signals by their names.")));
        var known = _types.GetValueOrDefault(typeof(T)) as EventType<T>;
        if (known?.Topic == topic || (known is null && NameOf(typeof(T)).Topic == topic))
        {
            return Add<T>();
        }

        var type = new EventType<T>(topic, version: 1, known?.Key);
        Claim(type, known: null);
        return type;
    }

    /// <summary>Finds the type under which an event is published: what it really is, where that is known, else what it is called.</summary>
    public EventType Find<T>(T @event) where T : notnull
    {
        if (_types.TryGetValue(@event.GetType(), out var known) || _types.TryGetValue(typeof(T), out known))
        {
            return known;
        }

        return EventNaming.IsDeclared(typeof(T)) ? Add<T>() : FindDeclared(@event.GetType());
    }

    /// <summary>Finds a type by its C# type, adding it where [Event] declares it.</summary>
    public EventType<T> Find<T>() where T : notnull
        => _types.TryGetValue(typeof(T), out var known) ? (EventType<T>)known
            : EventNaming.IsDeclared(typeof(T)) ? Add<T>()
            : throw Unregistered(typeof(T));

    public bool TryFind(Type type, [MaybeNullWhen(false)] out EventType found) => _types.TryGetValue(type, out found);

    /// <summary>Behind object or an interface may be an event that no signature has told of, but the compiler has.</summary>
    private EventType FindDeclared(Type type)
        => _declarations.TryGetValue(type, out var declaration) && EventNaming.IsDeclared(type) ? declaration.AddTo(this) : throw Unregistered(type);

    private (TopicName Topic, int Version) NameOf(Type type)
        => _declarations.TryGetValue(type, out var declaration) ? declaration.Name : EventNaming.Of(type);

    private void Claim(EventType type, EventType? known)
    {
        var owner = _owners.GetOrAdd(type.WireName, type.ClrType);
        if (owner != type.ClrType)
        {
            throw new AldisException(new Fault(ErrorCodes.TopicTaken, $"{owner} and {type.ClrType} are both '{type.WireName}'."));
        }

        if (known is not null && known.WireName != type.WireName)
        {
            _owners.TryRemove(known.WireName, out _);
        }
    }

    private static AldisException Unregistered(Type type) => new(new Fault(ErrorCodes.EventNotRegistered, $"{type} is not registered as an event.",
        Remedy: $"Mark it with [Event(\"its.topic\")], or call bus.AddEvent<{type.Name}>() before the bus starts."));
}
