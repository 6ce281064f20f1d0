using System.Threading.Channels;

namespace Aldis.Dispatch;

/// <summary>
/// Group commit: gathers what many callers add while the batch before is on its way, and sends it as one. Nothing waits for a timer: a lone
/// item goes at once. Bounded: when it is full, adding waits.
/// </summary>
/// <typeparam name="T">What is gathered.</typeparam>
internal sealed class Batcher<T> : IAsyncDisposable
{
    private readonly Channel<T> _items;
    private readonly Func<ReadOnlyMemory<T>, ValueTask> _flush;
    private readonly T[] _batch;
    private readonly Task _running;

    /// <summary>Starts gathering.</summary>
    /// <param name="flush">Sends a batch; called for one batch at a time; deals with its own errors and never throws.</param>
    /// <param name="maxBatch">The most items in a batch.</param>
    /// <param name="capacity">The most items that wait.</param>
    public Batcher(Func<ReadOnlyMemory<T>, ValueTask> flush, int maxBatch, int capacity)
    {
        _flush = flush;
        _batch = new T[maxBatch];
        _items = Channel.CreateBounded<T>(new BoundedChannelOptions(capacity) { SingleReader = true, AllowSynchronousContinuations = true });
        _running = RunAsync();
    }

    /// <summary>Whether it takes nothing more.</summary>
    public bool IsClosed { get; private set; }

    /// <summary>Adds an item; waits while the batcher is full.</summary>
    /// <exception cref="ChannelClosedException">The batcher is disposed.</exception>
    public ValueTask AddAsync(T item, CancellationToken cancel) => _items.Writer.WriteAsync(item, cancel);

    /// <summary>Adds an item where there is room.</summary>
    /// <returns>False where there is none, or the batcher is disposed.</returns>
    public bool TryAdd(T item) => _items.Writer.TryWrite(item);

    /// <summary>How many items wait.</summary>
    public int Count => _items.Reader.Count;

    /// <summary>Takes nothing more, and ends when everything added has been sent.</summary>
    public ValueTask DisposeAsync()
    {
        IsClosed = true;
        _items.Writer.TryComplete();
        return new ValueTask(_running);
    }

    private async Task RunAsync()
    {
        while (await _items.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            var count = 0;
            while (count < _batch.Length && _items.Reader.TryRead(out var item))
            {
                _batch[count++] = item;
            }

            await _flush(_batch.AsMemory(0, count)).ConfigureAwait(false);
            Array.Clear(_batch, 0, count);

            // Whoever waited for this batch goes first: what they add next then shares one batch, instead of halves that take turns.
            // On the pool in any case: the thread of a user interface may be the one that waits for the next batch.
            await default(PoolTurn);
        }
    }
}
