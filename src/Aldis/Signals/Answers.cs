using System.Collections;
using Aldis.Signals;

namespace Aldis;

/// <summary>
/// The answers of a <see cref="Signal{T, TResult}"/>, in the order of its receivers. Made by a send, or by the caller who uses the same one for many sends, so that
/// none of them allocates.
/// </summary>
/// <remarks>For one send at a time. To be read when that has completed.</remarks>
/// <typeparam name="TResult">What each receiver answers.</typeparam>
public sealed class Answers<TResult> : IReadOnlyList<Answer<TResult>>
{
    // A parallel send has its receivers answer on several threads, and in any order; each fills the slot that it got when it was called.
    private readonly Lock _filling = new();
    private readonly List<(Answer<TResult> Answer, bool IsGiven)> _slots = [];
    private Func<TResult, bool>? _until;

    /// <summary>How many receivers have answered.</summary>
    public int Count => _slots.Count;

    /// <summary>An answer.</summary>
    /// <param name="index">Its place, from 0.</param>
    public Answer<TResult> this[int index] => _slots[index].Answer;

    /// <summary>The answers without their receivers.</summary>
    public IEnumerable<TResult> Values => _slots.Select(slot => slot.Answer.Value);

    /// <inheritdoc/>
    public IEnumerator<Answer<TResult>> GetEnumerator() => _slots.Select(slot => slot.Answer).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Whether a receiver is to be called still.</summary>
    internal bool IsOpen { get; private set; }

    /// <summary>Begins a send.</summary>
    /// <param name="until">The answer after which nobody is asked any more; null to ask all.</param>
    internal Answers<TResult> Begin(Func<TResult, bool>? until = null)
    {
        _slots.Clear();
        (_until, IsOpen) = (until, true);
        return this;
    }

    /// <summary>Gives a receiver that is called its slot.</summary>
    internal int Reserve()
    {
        lock (_filling)
        {
            _slots.Add(default);
            return _slots.Count - 1;
        }
    }

    internal void Fill(int slot, Delegate? receiver, TResult value)
    {
        lock (_filling)
        {
            _slots[slot] = (new Answer<TResult>(receiver, value), true);
        }

        if (_until?.Invoke(value) == true)
        {
            IsOpen = false;
        }
    }

    /// <summary>Ends a send, successful or not: who was called and gave no answer has no place in the list.</summary>
    internal void End() => _slots.RemoveAll(static slot => !slot.IsGiven);

    /// <summary>Lets go of the answers.</summary>
    internal void Clear() => _slots.Clear();
}
