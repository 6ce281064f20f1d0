namespace Aldis;

/// <summary>Signals with a name, from the space that the whole process shares.</summary>
public static class Signal
{
    /// <summary>The signal of a name in <see cref="SignalSpace.Default"/>, made when it is asked for the first time.</summary>
    /// <param name="name">The name, compared letter by letter; not empty.</param>
    /// <typeparam name="T">The event.</typeparam>
    /// <returns>The same signal for the same name, each time.</returns>
    /// <exception cref="AldisException">ALD1501: the name belongs to a signal of another event type.</exception>
    public static Signal<T> Named<T>(string name) => SignalSpace.Default.Get<T>(name);
}
