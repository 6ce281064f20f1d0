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
    private readonly ConcurrentDictionary<string, Signal> _signals = new(StringComparer.Ordinal);

    /// <summary>The space that the whole process shares.</summary>
    public static SignalSpace Default { get; } = new();

    /// <summary>All signals in this space, at this moment and in no order.</summary>
    public IReadOnlyCollection<Signal> Signals => [.. _signals.Values];

    /// <summary>The names of all signals in this space, at this moment and in no order.</summary>
    public IReadOnlyCollection<string> Names => [.. _signals.Keys];

    /// <summary>Whether a signal of this name was asked for.</summary>
    /// <param name="name">The name, compared letter by letter.</param>
    public bool Contains(string name) => _signals.ContainsKey(name);

    /// <summary>The signal of a name, made when it is asked for the first time.</summary>
    /// <param name="name">The name, compared letter by letter; not empty.</param>
    /// <param name="description">What it is for, in words for people; kept from the call that makes the signal.</param>
    /// <typeparam name="T">The event.</typeparam>
    /// <returns>The same signal for the same name, each time and on every thread.</returns>
    /// <exception cref="AldisException">ALD1501: the name belongs to a signal of another event type, or to one with answers.</exception>
    public Signal<T> Get<T>(string name, string? description = null)
        => Find(name) as Signal<T> ?? Add(new Signal<T>(name) { Description = description });

    /// <summary>The signal with answers of a name, made when it is asked for the first time.</summary>
    /// <param name="name">The name, compared letter by letter; not empty.</param>
    /// <param name="description">What it is for, in words for people; kept from the call that makes the signal.</param>
    /// <typeparam name="T">The event.</typeparam>
    /// <typeparam name="TResult">What each receiver answers.</typeparam>
    /// <returns>The same signal for the same name, each time and on every thread.</returns>
    /// <exception cref="AldisException">ALD1501: the name belongs to a signal of another event type, of other answers, or of none.</exception>
    public Signal<T, TResult> Get<T, TResult>(string name, string? description = null)
        => Find(name) as Signal<T, TResult> ?? Add(new Signal<T, TResult>(name) { Description = description });

#pragma warning disable CA1822 // Generated code takes the place of these calls, and uses the space.
    /// <summary>
    /// Connects the methods of an object that are marked with [Receives], its static ones among them, to the signals of this space that they name.
    /// </summary>
    /// <typeparam name="T">The class of the object, as the caller knows it: its methods, and those that it has from its base classes.</typeparam>
    /// <param name="receivers">The object; the connections hold it.</param>
    /// <returns>All connections in one; disposing it undoes them and no others.</returns>
    /// <exception cref="AldisException">
    /// ALD1501: a name belongs to a signal of another event type; nothing is connected. ALD1309: the call was compiled without the generator.
    /// </exception>
    public IDisposable ConnectReceivers<T>(T receivers) where T : class => throw NotGenerated(typeof(T));

    /// <summary>Connects the static methods of a class that are marked with [Receives] to the signals of this space that they name.</summary>
    /// <param name="receivers">The class, as <c>typeof(…)</c>.</param>
    /// <inheritdoc cref="ConnectReceivers{T}(T)" path="/returns|/exception"/>
    public IDisposable ConnectReceivers(Type receivers) => throw NotGenerated(receivers);
#pragma warning restore CA1822

    private static AldisException NotGenerated(Type receivers)
        => new(new Fault(ErrorCodes.NotGenerated, $"ConnectReceivers knows no receivers of {receivers}.",
            "Generated code has not taken the place of the call. Where the generator could not write any, the compiler says why (ALD9023)."));

    private Signal? Find(string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        return _signals.GetValueOrDefault(name);
    }

    private TSignal Add<TSignal>(TSignal made)
        where TSignal : Signal
    {
        var found = _signals.GetOrAdd(made.Name!, made);
        return found as TSignal ?? throw new AldisException(new Fault(ErrorCodes.SignalNameTaken,
            $"The signal '{made.Name}' was asked for as {made.Signature}, and it is {found.Signature}.",
            "A name has one signal, and a signal has one event type and, if any, one type of answers.", "Use another name."));
    }
}
