using Aldis.Diagnostics;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>Publishes on one topic: many callers at a time share the transport's batches.</summary>
internal sealed class Publisher : IAsyncDisposable
{
    private const int Capacity = 4096;

    private readonly ISender _sender;
    private readonly Batcher<Pending> _batcher;
    private readonly CancellationToken _abandon;
    private readonly Action<Envelope> _dropped;
    private Envelope[] _envelopes = new Envelope[16];
    private readonly SemaphoreSlim? _calls;
    private readonly int _maxCalls;
    private Task _sending = Task.CompletedTask;

    /// <summary>Starts publishing.</summary>
    /// <param name="sender">The way into the topic.</param>
    /// <param name="dropped">Told of each event for which there was no room and that was dropped.</param>
    /// <param name="abandon">Cancelled when what waits shall fail instead of being sent.</param>
    public Publisher(ISender sender, Action<Envelope> dropped, CancellationToken abandon)
    {
        (_sender, _dropped, _abandon) = (sender, dropped, abandon);
        _maxCalls = sender.MaxCalls;
        _calls = _maxCalls > 1 ? new SemaphoreSlim(_maxCalls) : null;
        _batcher = new Batcher<Pending>(FlushAsync, sender.MaxBatch, Capacity);
    }

    /// <summary>How full it is: 0 for empty, 1 for full, when callers wait.</summary>
    public double Utilization => (double)_batcher.Count / Capacity;

    /// <summary>Completes when the transport owns the envelope.</summary>
    /// <returns>False: there was no room, and it was dropped.</returns>
    /// <exception cref="PublishException">It is not stored, or not known to be.</exception>
    /// <exception cref="OperationCanceledException">The caller did not want to wait longer; the event may be stored all the same.</exception>
    public async ValueTask<bool> PublishAsync(Envelope envelope, WhenFull whenFull, CancellationToken cancel)
    {
        var pending = new Pending(envelope);
        try
        {
            if (!await AddAsync(pending, whenFull, cancel).ConfigureAwait(false))
            {
                return false;
            }
        }
        catch (System.Threading.Channels.ChannelClosedException closed)
        {
            throw new PublishException(envelope, mayBeStored: false, "The bus has stopped.", closed);
        }

        await pending.Task.WaitAsync(cancel).ConfigureAwait(false);
        return true;
    }

    public async ValueTask DisposeAsync()
    {
        Instruments.Utilization.Remove(this);
        await _batcher.DisposeAsync().ConfigureAwait(false);

        // Whoever waited for it has been told; the transport is not closed under its own hands.
        await _sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        for (var call = 0; _calls is not null && call < _maxCalls; call++)
        {
            await _calls.WaitAsync().ConfigureAwait(false);
        }

        await _sender.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> AddAsync(Pending pending, WhenFull whenFull, CancellationToken cancel)
    {
        if (whenFull == WhenFull.Wait)
        {
            await _batcher.AddAsync(pending, cancel).ConfigureAwait(false);
            return true;
        }

        cancel.ThrowIfCancellationRequested();
        if (_batcher.TryAdd(pending))
        {
            return true;
        }

        if (_batcher.IsClosed)
        {
            throw new PublishException(pending.Envelope, mayBeStored: false, "The bus has stopped.", null);
        }

        if (whenFull == WhenFull.Fail)
        {
            throw PublishException.Full(pending.Envelope, Capacity);
        }

        _dropped(pending.Envelope);
        return false;
    }

    private async ValueTask FlushAsync(ReadOnlyMemory<Pending> batch)
    {
        if (_abandon.IsCancellationRequested)
        {
            Fail(batch.Span, envelope => new PublishException(envelope, mayBeStored: false, "The bus has stopped.", null));
            return;
        }

        if (_calls is not null)
        {
            // The next batch goes while this one is on its way; the batcher's own array is its own again when this returns.
            await _calls.WaitAsync().ConfigureAwait(false);
            _ = SendBesideAsync(batch.ToArray(), _calls);
            return;
        }

        try
        {
            await SendAsync(batch).ConfigureAwait(false);
            foreach (var pending in batch.Span)
            {
                pending.End(null);
            }
        }
        catch (Exception error)
        {
            Fail(batch.Span, envelope => Explain(envelope, error));
        }
    }

    /// <summary>A transport that does not heed its cancellation, because it is in the middle of a write for example, does not keep the callers waiting.</summary>
    private async ValueTask SendAsync(ReadOnlyMemory<Pending> batch)
    {
        var sending = _sender.SendAsync(Envelopes(batch.Span), _abandon);
        if (sending.IsCompleted)
        {
            await sending.ConfigureAwait(false);
            return;
        }

        _sending = sending.AsTask();
        await _sending.WaitAsync(_abandon).ConfigureAwait(false);
    }

    /// <summary>One of several calls under way. Its place is free when the transport has let go of it, even if its callers were told before.</summary>
    private async Task SendBesideAsync(Pending[] batch, SemaphoreSlim calls)
    {
        var sending = Task.CompletedTask;
        try
        {
            sending = _sender.SendAsync(Array.ConvertAll(batch, static pending => pending.Envelope), _abandon).AsTask();
            await sending.WaitAsync(_abandon).ConfigureAwait(false);
            foreach (var pending in batch)
            {
                pending.End(null);
            }
        }
        catch (Exception error)
        {
            Fail(batch, envelope => Explain(envelope, error));
        }

        await sending.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        calls.Release();
    }

    private static void Fail(ReadOnlySpan<Pending> batch, Func<Envelope, PublishException> explain)
    {
        foreach (var pending in batch)
        {
            pending.End(explain(pending.Envelope));
        }
    }

    private Memory<Envelope> Envelopes(ReadOnlySpan<Pending> batch)
    {
        if (_envelopes.Length < batch.Length)
        {
            _envelopes = new Envelope[_sender.MaxBatch];
        }

        for (var index = 0; index < batch.Length; index++)
        {
            _envelopes[index] = batch[index].Envelope;
        }

        return _envelopes.AsMemory(0, batch.Length);
    }

    private static PublishException Explain(Envelope envelope, Exception error) => error switch
    {
        TransportException failed => new PublishException(envelope, failed.MayBeStored, failed.Message, failed),
        OperationCanceledException => new PublishException(envelope, mayBeStored: true, "The bus has stopped before the transport had it.", error),
        _ => new PublishException(envelope, mayBeStored: true, error.Message, error),
    };

    /// <summary>Who waits for an envelope to be stored. Each goes on in the pool by itself, in turn, and before the next batch is made (<see cref="PoolTurn"/>).</summary>
    private sealed class Pending(Envelope envelope) : TaskCompletionSource, IThreadPoolWorkItem
    {
        private Exception? _error;

        public Envelope Envelope => envelope;

        public void End(Exception? error)
        {
            _error = error;
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        void IThreadPoolWorkItem.Execute()
        {
            if (_error is null)
            {
                TrySetResult();
            }
            else
            {
                TrySetException(_error);
            }
        }
    }
}
