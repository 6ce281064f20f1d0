namespace Aldis.Pipeline;

/// <summary>Events that are handled together.</summary>
internal abstract class Batch
{
    /// <summary>What is known about the events, in the order in which they came.</summary>
    public List<BatchItem> Items { get; } = [];

    /// <summary>Whether it waits for nothing more but its turn.</summary>
    public bool IsDue { get; set; }

    /// <summary>Calls the user's code.</summary>
    public abstract ValueTask CallAsync(BatchContext context);

    /// <summary>The handler is through.</summary>
    /// <param name="error">The error with which it failed, or null.</param>
    /// <returns>The error of the first event that is not done.</returns>
    public Exception? End(Exception? error)
    {
        var first = Items.Find(item => item.Error is not null)?.Error ?? error;
        var inCompany = Items.Count(item => item.Error is null) > 1;
        Items.ForEach(item => item.End(error, inCompany));
        return first;
    }
}

/// <inheritdoc/>
internal sealed class Batch<T>(BatchHandler<T> handler) : Batch
{
    private readonly List<T> _events = [];

    /// <summary>Who handles it.</summary>
    public BatchHandler<T> Handler => handler;

    public void Add(T @event, BatchItem item)
    {
        _events.Add(@event);
        Items.Add(item);
    }

    public override ValueTask CallAsync(BatchContext context) => handler(_events, context);
}
