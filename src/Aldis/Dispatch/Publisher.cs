using Aldis.Diagnostics;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>Publishes on one topic: many callers at a time share the transport's batches.</summary>
internal sealed class Publisher : IAsyncDisposable
{
    private const int MaxBatch = 512;
    private const int Capacity = 4096;

    private readonly ISender _sender;
    private readonly Batcher<Pending> _batcher;
    private readonly CancellationToken _abandon;
    private Envelope[] _envelopes = new Envelope[16];

    /// <summary>Starts publishing.</summary>
    /// <param name="sender">The way into the topic.</param>
    /// <param name="abandon">Cancelled when what waits shall fail instead of being sent.</param>
    public Publisher(ISender sender, CancellationToken abandon)
    {
        (_sender, _abandon) = (sender, abandon);
        _batcher = new Batcher<Pending>(FlushAsync, MaxBatch, Capacity);
    }

    /// <summary>How full it is: 0 for empty, 1 for full, when callers wait.</summary>
    public double Utilization => (double)_batcher.Count / Capacity;

    /// <summary>Completes when the transport owns the envelope.</summary>
    /// <exception cref="PublishException">It is not stored, or not known to be.</exception>
    /// <exception cref="OperationCanceledException">The caller did not want to wait longer; the event may be stored all the same.</exception>
    public async ValueTask PublishAsync(Envelope envelope, CancellationToken cancel)
    {
        var pending = new Pending(envelope, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        try
        {
            await _batcher.AddAsync(pending, cancel).ConfigureAwait(false);
        }
        catch (System.Threading.Channels.ChannelClosedException closed)
        {
            throw new PublishException(envelope, mayBeStored: false, "The bus has stopped.", closed);
        }

        await pending.Stored.Task.WaitAsync(cancel).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        Instruments.Utilization.Remove(this);
        await _batcher.DisposeAsync().ConfigureAwait(false);
        await _sender.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask FlushAsync(ReadOnlyMemory<Pending> batch)
    {
        if (_abandon.IsCancellationRequested)
        {
            Fail(batch.Span, envelope => new PublishException(envelope, mayBeStored: false, "The bus has stopped.", null));
            return;
        }

        try
        {
            await _sender.SendAsync(Envelopes(batch.Span), _abandon).ConfigureAwait(false);
            foreach (var pending in batch.Span)
            {
                pending.Stored.TrySetResult();
            }
        }
        catch (Exception error)
        {
            Fail(batch.Span, envelope => Explain(envelope, error));
        }
    }

    private static void Fail(ReadOnlySpan<Pending> batch, Func<Envelope, PublishException> explain)
    {
        foreach (var pending in batch)
        {
            pending.Stored.TrySetException(explain(pending.Envelope));
        }
    }

    private Memory<Envelope> Envelopes(ReadOnlySpan<Pending> batch)
    {
        if (_envelopes.Length < batch.Length)
        {
            _envelopes = new Envelope[MaxBatch];
        }

        for (var index = 0; index < batch.Length; index++)
        {
            _envelopes[index] = batch[index].Envelope;
        }

        return _envelopes.AsMemory(0, batch.Length);
    }

    private static PublishException Explain(Envelope envelope, Exception error) => error is TransportException failed
        ? new PublishException(envelope, failed.MayBeStored, failed.Message, failed)
        : new PublishException(envelope, mayBeStored: true, error.Message, error);

    private readonly record struct Pending(Envelope Envelope, TaskCompletionSource Stored);
}
