using Aldis.Signals;

namespace Aldis;

/// <summary>
/// A topic inside the process whose receivers answer: a send brings back what each of them says. In all else like <see cref="Signal{T}"/>.
/// </summary>
/// <remarks>
/// Safe for any thread. A send allocates what it brings back and nothing else; with an <see cref="Answers{TResult}"/> of the caller's, used for
/// many sends, it allocates nothing.
/// </remarks>
/// <typeparam name="T">The event.</typeparam>
/// <typeparam name="TResult">What each receiver answers.</typeparam>
public sealed partial class Signal<T, TResult> : Signal
{
    private readonly Receivers<Question<T, TResult>> _receivers;

    /// <summary>Makes an anonymous signal; every one is a signal of its own.</summary>
    public Signal()
        : this(name: null)
    {
    }

    internal Signal(string? name)
        : base(name, self => new Receivers<Question<T, TResult>>(self))
        => _receivers = (Receivers<Question<T, TResult>>)List;

    internal override string Signature => $"{typeof(T)} with answers of {typeof(TResult)}";
}
