using System.Collections.Concurrent;
using Aldis.Errors;

namespace Aldis;

/// <summary>
/// Signals by name: one object for each name, so that two parts of a program meet at a signal without a reference to each other.
/// A space of one's own keeps its names apart from all others, for a plug-in or a test.
/// </summary>
/// <remarks>Safe for any thread. A signal lives as long as its space; <see cref="Default"/> lives as long as the process.</remarks>
public sealed class SignalSpace
{
    private readonly ConcurrentDictionary<string, (Type Event, object Signal)> _signals = new(StringComparer.Ordinal);

    /// <summary>The space that the whole process shares.</summary>
    public static SignalSpace Default { get; } = new();

    /// <summary>The names of all signals in this space, at this moment and in no order.</summary>
    public IReadOnlyCollection<string> Names => [.. _signals.Keys];

    /// <summary>Whether a signal of this name was asked for.</summary>
    /// <param name="name">The name, compared letter by letter.</param>
    public bool Contains(string name) => _signals.ContainsKey(name);

    /// <summary>The signal of a name, made when it is asked for the first time.</summary>
    /// <param name="name">The name, compared letter by letter; not empty.</param>
    /// <typeparam name="T">The event.</typeparam>
    /// <returns>The same signal for the same name, each time and on every thread.</returns>
    /// <exception cref="AldisException">ALD1501: the name belongs to a signal of another event type.</exception>
    public Signal<T> Get<T>(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        var found = _signals.GetOrAdd(name, static name => (typeof(T), new Signal<T>(name)));
        return found.Signal as Signal<T>
            ?? throw new AldisException(new Fault(ErrorCodes.SignalNameTaken,
                $"The signal '{name}' was asked for with the event type {typeof(T)}, and it has the event type {found.Event}.",
                "A name has one signal, and a signal has one event type."));
    }
}
