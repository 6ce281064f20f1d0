using Aldis.Errors;
using Aldis.Transports;

namespace Aldis.Sqs;

/// <summary>
/// A way out of a topic for one member of a group. Requests for events run ahead of what is taken, as long as it is taken; what nobody takes for a second goes back, as others may have time for it.
/// </summary>
internal sealed class SqsReceiver : IReceiver
{
    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _disposing = new();
    private readonly SemaphoreSlim _opening = new(1);
    private readonly Service _service;
    private readonly ReceiverSpec _spec;
    private readonly Action<SqsReceiver> _gone;
    private readonly Leases _leases;
    private readonly Settling _settling;
    private readonly Intake _intake;
    private readonly PeriodicTimer _timer;
    private readonly Task _attending;
    private OpenQueue? _open;
    private Beat? _beat;
    private bool _wasOpen;
    private bool _isReceiving;
    private long _receivedAt;
    private int _disposed;

    public SqsReceiver(Service service, ReceiverSpec spec, Action<SqsReceiver> gone)
    {
        (_service, _spec, _gone) = (service, spec, gone);
        Queue = GroupQueue.Of(spec, service.Topology);
        _leases = new Leases(service, Queue);
        _settling = new Settling(service, Queue, _leases, Graves);
        _intake = new Intake(service, new Arrivals(service, Queue, _leases, Graves).AcceptAsync, _settling.GiveBackAsync);
        _timer = new PeriodicTimer(_look * service.Pace, service.Time);
        _attending = AttendAsync();
    }

    public GroupQueue Queue { get; }

    /// <summary>Its dead letters; null before its queue is open.</summary>
    public IGraveyard? Graveyard { get; private set; }

    /// <summary>The queue of its dead letters; null before it is open, and for a private group.</summary>
    public string? DeadUrl => Volatile.Read(ref _open)?.DeadUrl;

    /// <summary>How many events it holds.</summary>
    public int Holding => _leases.Count;

    /// <summary>Opens the queue.</summary>
    /// <exception cref="TransportException">It cannot be done now.</exception>
    public async ValueTask<OpenQueue> OpenAsync(CancellationToken cancel)
    {
        if (Volatile.Read(ref _open) is { } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return _open ?? await OpenAnewAsync(cancel).ConfigureAwait(false);
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        _disposing.Token.ThrowIfCancellationRequested();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _disposing.Token);
        Volatile.Write(ref _isReceiving, true);
        try
        {
            while (true)
            {
                either.Token.ThrowIfCancellationRequested();
                var open = await OpenAsync(either.Token).ConfigureAwait(false);
                var next = _intake.Next;
                _intake.Want(open.Url, _spec.MaxUnsettled);
                if (Take(buffer.Span, out var dropped) is > 0 and var count)
                {
                    return count;
                }

                if (dropped)
                {
                    // There is room for others now.
                    continue;
                }

                if (_intake.TakeFailure() is { } failure)
                {
                    Failed(open, failure);
                    throw failure;
                }

                await next.WaitAsync(either.Token).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _receivedAt, _service.Time.GetTimestamp());
            Volatile.Write(ref _isReceiving, false);
        }
    }

    public ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel) => _settling.SettleAsync(batch, cancel);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _disposing.CancelAsync().ConfigureAwait(false);
        _timer.Dispose();
        await _attending.ConfigureAwait(false);
        await _settling.DisposeAsync().ConfigureAwait(false);
        await _leases.DisposeAsync().ConfigureAwait(false);
        _intake.Stop(forGood: true);
        await _opening.WaitAsync().ConfigureAwait(false);
        if (_open is { } open)
        {
            await EndAsync(open).ConfigureAwait(false);
        }

        _opening.Release();
        _gone(this);
    }

    private IGraveyard Graves() => Graveyard ?? throw new TransportException(new Fault(ErrorCodes.SqsUnavailable, $"The queue '{Queue.Name}' is not open."));

    private async ValueTask<OpenQueue> OpenAnewAsync(CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var open = await new Provision(_service).OpenAsync(Queue, cancel).ConfigureAwait(false);
        if (Queue.IsPrivate)
        {
            if (_wasOpen)
            {
                _service.Log.PrivateGroupLost(Queue.Name);
            }

            Graveyard ??= new PrivateGraveyard(_service, Queue);
            _beat ??= new Beat(_service, open.Url);
        }
        else
        {
            Graveyard = _service.GraveyardOf(open.DeadUrl!);
        }

        (_wasOpen, _leases.Url, _leases.Retention) = (true, open.Url, open.Retention);
        Volatile.Write(ref _open, open);
        return open;
    }

    /// <summary>Takes what has arrived and is still hidden from others. What was here for too long, as in a process that was asleep, comes again.</summary>
    private int Take(Span<Delivery> buffer, out bool dropped)
    {
        (var count, dropped) = (0, false);
        while (count < buffer.Length && _intake.TryTake(out var held))
        {
            if (_leases.IsLive(held!.Token, held))
            {
                buffer[count++] = new Delivery(held.Envelope, held.Attempt, held, held.Token);
            }
            else
            {
                _leases.Remove(held.Token);
                dropped = true;
            }
        }

        return count;
    }

    /// <summary>A queue that is gone is made again the next time.</summary>
    private void Failed(OpenQueue open, TransportException failure)
    {
        if (SqsFault.IsMissing(failure))
        {
            _service.Directory.Remove(Queue, open.Url);
            Interlocked.CompareExchange(ref _open, null, open);
        }
    }

    private async Task AttendAsync()
    {
        while (await _timer.WaitForNextTickAsync().ConfigureAwait(false))
        {
            if (!Volatile.Read(ref _isReceiving) && _service.Since(Volatile.Read(ref _receivedAt)) >= _look && Volatile.Read(ref _open) is { } open)
            {
                await GiveBackAsync(open.Url, _intake.Stop(forGood: false)).ConfigureAwait(false);
            }
        }
    }

    private ValueTask GiveBackAsync(string url, IReadOnlyList<Held> waiting)
    {
        Held[] live = [.. waiting.Where(held => _leases.IsLive(held.Token, held))];
        foreach (var held in waiting)
        {
            _leases.Remove(held.Token);
        }

        return _settling.GiveBackAsync(url, live);
    }

    private async ValueTask EndAsync(OpenQueue open)
    {
        var held = _leases.Clear();
        if (_beat is not null)
        {
            await _beat.DisposeAsync().ConfigureAwait(false);
        }

        if (!Queue.IsPrivate)
        {
            await _settling.GiveBackAsync(open.Url, held).ConfigureAwait(false);
            return;
        }

        _service.Directory.Remove(Queue, open.Url);
        try
        {
            await _service.AskAsync((client, ended) => client.DeleteQueueAsync(open.Url, ended), CancellationToken.None).ConfigureAwait(false);
        }
        catch (TransportException error) when (!SqsFault.IsMissing(error))
        {
            _service.Log.NotGivenBack(Queue.Name, error.Message);
        }
        catch (TransportException)
        {
            // It went already.
        }
    }
}
