using Aldis.Pipeline;

namespace Aldis;

/// <summary>
/// What a handler of batches can know about the events in its hands, and where it says which of them are not done. It belongs to one call; do not keep it.
/// <para>
/// When the handler returns, every event is done of which it has said nothing. When it throws, these have failed with the error, and each is tried
/// again alone. What it has said of an event counts in both cases; the last word counts. Several threads may speak of different events at a time.
/// </para>
/// </summary>
public sealed class BatchContext
{
    private readonly IReadOnlyList<BatchItem> _items;
    private bool _hasEnded;

    internal BatchContext(IReadOnlyList<BatchItem> items, IServiceProvider services)
    {
        _items = items;
        Services = services;
    }

    /// <summary>How many events there are: at least one.</summary>
    public int Count => _items.Count;

    /// <summary>What is known about one event: its id, key, headers and attempt. What is published on it goes out with its acknowledgement, or not at all.</summary>
    /// <param name="index">The place of the event in the batch, from 0.</param>
    public EventContext this[int index] => _items[index].Context;

    /// <summary>The topic of the events.</summary>
    public string Topic => _items[0].Context.Topic;

    /// <summary>The group that the handler works for.</summary>
    public string Group => _items[0].Context.Group;

    /// <summary>The services of this call: a scope of their own in a host, none without one.</summary>
    public IServiceProvider Services { get; }

    /// <summary>Asked for when the bus has to stop before the handler is through; the events are then delivered again, and this attempt does not count.</summary>
    public CancellationToken Cancellation => _items[0].Context.Cancellation;

    /// <summary>The event is to be delivered again. That counts as an attempt; the <see cref="RetryPolicy"/> says how many there are.</summary>
    /// <param name="index">The place of the event in the batch, from 0.</param>
    /// <param name="after">How long to wait; null for as long as the policy says.</param>
    /// <param name="reason">Why, as a sentence for the log.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such event, or the time is negative.</exception>
    public void Retry(int index, TimeSpan? after = null, string? reason = null)
    {
        reason ??= "The handler of the batch asked for another attempt.";
        Fail(index, after is { } span ? new RetryAfterException(span, reason) : new RetryAfterException(reason));
    }

    /// <summary>The event is given up at once: it becomes a dead letter, with this reason.</summary>
    /// <param name="index">The place of the event in the batch, from 0.</param>
    /// <param name="reason">Why, as a sentence for the person who will look at the dead letter.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such event.</exception>
    public void Dead(int index, string reason) => Fail(index, new DeadLetterException(reason));

    /// <summary>The event has failed with this error, as if its handler had thrown it: the <see cref="RetryPolicy"/> and its rules decide.</summary>
    /// <param name="index">The place of the event in the batch, from 0.</param>
    /// <param name="error">The error.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such event.</exception>
    /// <exception cref="InvalidOperationException">The handler has returned already.</exception>
    public void Fail(int index, Exception error)
    {
        ArgumentNullException.ThrowIfNull(error);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
        if (Volatile.Read(ref _hasEnded))
        {
            throw new InvalidOperationException("The handler of the batch has returned: what it says now comes too late.");
        }

        _items[index].Error = error;
    }

    /// <summary>The handler has returned.</summary>
    internal void End() => Volatile.Write(ref _hasEnded, true);
}
