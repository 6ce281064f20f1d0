using System.Runtime;

namespace Aldis.Signals;

/// <summary>
/// Keeps a value for as long as something else lives, its anchor, without holding the anchor, even when the value does (an ephemeron). When the
/// garbage collector has taken the anchor, it tells so, once.
/// </summary>
internal sealed class Tether<TValue> : IDisposable
    where TValue : class
{
    private readonly WeakReference<Tail> _tail;
    private DependentHandle _handle;

    /// <param name="anchor">What lives.</param>
    /// <param name="value">What is kept meanwhile.</param>
    /// <param name="lost">Told, on the finalizer's thread, that the anchor is gone. It must not reach the anchor.</param>
    public Tether(object anchor, TValue? value, Action lost)
    {
        var tail = new Tail(value, lost);
        _tail = new WeakReference<Tail>(tail);
        _handle = new DependentHandle(anchor, tail);
    }

    ~Tether() => _handle.Dispose();

    /// <summary>The value, or null when the anchor is gone. Safe for any thread, even after Dispose.</summary>
    public TValue? Value => _tail.TryGetTarget(out var tail) ? tail.Value : null;

    /// <summary>Lets both go, and tells nobody. To be called by one thread.</summary>
    public void Dispose()
    {
        if (_tail.TryGetTarget(out var tail))
        {
            tail.Dispose();
        }

        _handle.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Lives as long as the anchor, and notices its end.</summary>
    private sealed class Tail(TValue? value, Action lost) : IDisposable
    {
        ~Tail() => lost();

        public TValue? Value { get; } = value;

        public void Dispose() => GC.SuppressFinalize(this);
    }
}
