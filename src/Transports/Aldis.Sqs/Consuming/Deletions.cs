using Aldis.Transports;
using Amazon.SQS.Model;

namespace Aldis.Sqs;

/// <summary>
/// Deletes what is done with: ten in a request, several requests beside each other, and what does not fill one a moment later. Until the service has deleted an event it stays hidden; one that could not be
/// deleted is tried again, and comes again if its process dies first. Bounded: where the service does not keep up, whoever settles waits. Safe for any thread.
/// </summary>
internal sealed class Deletions : IAsyncDisposable
{
    private const int Ten = 10;

    private static readonly TimeSpan _delay = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan _beforeAnother = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(5);

    private readonly Lock _gate = new();
    private readonly Queue<Held> _waiting = new();
    private readonly Pulse _changed = new();
    private readonly Service _service;
    private readonly GroupQueue _queue;
    private readonly Leases _leases;
    private readonly ITimer _due;
    private int _underWay;
    private bool _isDue;

    public Deletions(Service service, GroupQueue queue, Leases leases)
    {
        (_service, _queue, _leases) = (service, queue, leases);
        _due = service.Time.CreateTimer(static state => ((Deletions)state!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private int Most => _service.Options.MaxReceives;

    /// <summary>Takes what is to be deleted. Waits while there is too much.</summary>
    public async ValueTask AddAsync(IReadOnlyList<Held> gone, CancellationToken cancel)
    {
        while (gone.Count > 0)
        {
            var next = _changed.Next;
            lock (_gate)
            {
                if (_waiting.Count < Ten * Most)
                {
                    foreach (var held in gone)
                    {
                        held.IsDone = true;
                        _waiting.Enqueue(held);
                    }

                    // In a FIFO queue the next of a key waits for it.
                    Fill(all: _queue.IsFifo);
                    return;
                }
            }

            await next.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Deletes what waits. What the service does not delete within a few seconds comes again.</summary>
    public async ValueTask DisposeAsync()
    {
        var start = _service.Time.GetTimestamp();
        while (_service.Since(start) < _patience)
        {
            var next = _changed.Next;
            lock (_gate)
            {
                Fill(all: true);
                if (_waiting.Count == 0 && _underWay == 0)
                {
                    break;
                }
            }

            await Pulse.WaitAsync(next, _patience, _service.Time, CancellationToken.None).ConfigureAwait(false);
        }

        await _due.DisposeAsync().ConfigureAwait(false);
    }

    private void Due()
    {
        lock (_gate)
        {
            _isDue = false;
            Fill(all: true);
        }
    }

    /// <summary>Sends full requests, or all that waits; what is left is due a moment later.</summary>
    private void Fill(bool all)
    {
        while (_underWay < Most && (_waiting.Count >= Ten || (all && _waiting.Count > 0)))
        {
            var part = new List<Held>(Ten);
            while (part.Count < Ten && _waiting.TryDequeue(out var held))
            {
                part.Add(held);
            }

            _underWay++;
            _ = SendAsync(part);
        }

        if (_waiting.Count > 0 && !_isDue)
        {
            _isDue = true;
            _due.Change(_delay * _service.Pace, Timeout.InfiniteTimeSpan);
        }
    }

    private async Task SendAsync(List<Held> part)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var left = new List<Held>();
        try
        {
            left = await DeleteAsync(part).ConfigureAwait(false);
        }
        catch (TransportException error)
        {
            _service.Log.NotDeleted(_queue.Name, error.Message);
            left = SqsFault.IsMissing(error) ? [] : part;
        }

        foreach (var held in left.Count == 0 ? part : part.Except(left))
        {
            _leases.Remove(held.Token);
            HandBacks.Forget(_leases.Url!, held.Message.MessageId);
        }

        if (left.Count > 0)
        {
            await Task.Delay(_beforeAnother * _service.Pace, _service.Time, CancellationToken.None).ConfigureAwait(false);
        }

        lock (_gate)
        {
            _underWay--;
            left.ForEach(_waiting.Enqueue);
            Fill(all: false);
        }

        _changed.Beat();
    }

    /// <summary>Deletes once.</summary>
    /// <returns>Those that are to be tried again.</returns>
    private async ValueTask<List<Held>> DeleteAsync(List<Held> part)
    {
        var entries = new List<DeleteMessageBatchRequestEntry>(part.Count);
        for (var index = 0; index < part.Count; index++)
        {
            entries.Add(new DeleteMessageBatchRequestEntry(Tens.Id(index), part[index].Message.ReceiptHandle));
        }

        var answer = await _service.AskAsync((client, ended) => client.DeleteMessageBatchAsync(_leases.Url, entries, ended), CancellationToken.None).ConfigureAwait(false);
        var left = new List<Held>();
        foreach (var failed in answer.Failed ?? [])
        {
            _service.Log.NotDeleted(_queue.Name, $"{failed.Code}: {failed.Message}");
            if (failed.SenderFault != true)
            {
                left.Add(part[Tens.Index(failed.Id)]);
            }
        }

        return left;
    }
}
