using Aldis.Errors;
using Aldis.Transports;

namespace Aldis.RabbitMq;

/// <summary>
/// A way out of a topic for one member of a group. The broker pushes events into a buffer, from which they are pulled. Begins with one event ahead: one that
/// came back from somebody who may have died of it is handled alone, and only what is innocent opens the way for more.
/// </summary>
internal sealed class RabbitMqReceiver : IReceiver
{
    private static readonly TimeSpan _tooShort = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _disposing = new();
    private readonly SemaphoreSlim _opening = new(1);
    private readonly Broker _broker;
    private readonly Action<RabbitMqReceiver> _gone;
    private readonly Settling _settling;
    private readonly Attendant _attendant;
    private Consumption? _consumption;
    private int _prefetch;
    private long _openedAt;
    private bool _wasOpen;
    private int _disposed;

    public RabbitMqReceiver(Broker broker, ReceiverSpec spec, Action<RabbitMqReceiver> gone)
    {
        (_broker, _gone) = (broker, gone);
        Queue = GroupQueue.Of(spec, broker.Topology, broker.Consuming.Address);
        _prefetch = broker.Options.Prefetch ?? Math.Clamp(spec.MaxUnsettled * 2, 2, ushort.MaxValue);
        _settling = new Settling(broker, Queue);
        Receiving = (false, broker.Time.GetTimestamp());
        _attendant = new Attendant(broker, this);
    }

    public GroupQueue Queue { get; }

    /// <summary>The channel that consumes, or null.</summary>
    public Consumption? Consumption => Volatile.Read(ref _consumption) is { IsOver: false } open ? open : null;

    /// <summary>Whether events are waited for, and if not, since when.</summary>
    public (bool Now, long Since) Receiving { get; private set; }

    /// <summary>Whether others wait in line while this one is given events: it then never steps back by itself.</summary>
    public bool IsAlone => _broker.Topology.SingleActiveConsumer || Queue.IsPrivate;

    /// <summary>Declares the queue and consumes from it.</summary>
    /// <exception cref="TransportException">It cannot be done now.</exception>
    public async ValueTask<Consumption> OpenAsync(CancellationToken cancel)
    {
        if (Consumption is { } open)
        {
            return open;
        }

        await _opening.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            return Consumption ?? await ReopenAsync(cancel).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            throw BrokerFault.Explain(error, _broker.Consuming.Address);
        }
        finally
        {
            _opening.Release();
        }
    }

    public async ValueTask<int> ReceiveAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        // What is there already is not waited for.
        if (Consumption is { Waiting: > 0 } ready && await TakeAsync(ready, buffer).ConfigureAwait(false) is > 0 and var there)
        {
            Receiving = (false, _broker.Time.GetTimestamp());
            return there;
        }

        return await AwaitAsync(buffer, cancel).ConfigureAwait(false);
    }

    /// <summary>Waits until something comes, over as many channels as that takes.</summary>
    private async ValueTask<int> AwaitAsync(Memory<Delivery> buffer, CancellationToken cancel)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _disposing.Token);
        Receiving = (true, 0);
        try
        {
            while (true)
            {
                either.Token.ThrowIfCancellationRequested();
                var consumption = await OpenAsync(either.Token).ConfigureAwait(false);
                var count = await TakeAsync(consumption, buffer).ConfigureAwait(false);
                if (count > 0)
                {
                    return count;
                }

                await AskForMoreAsync(consumption, either.Token).ConfigureAwait(false);
                if (!await consumption.WaitAsync(either.Token).ConfigureAwait(false))
                {
                    Lost(consumption);
                }
            }
        }
        catch (Exception error) when (error is not OperationCanceledException and not AldisException)
        {
            throw BrokerFault.Explain(error, _broker.Consuming.Address);
        }
        finally
        {
            Receiving = (false, _broker.Time.GetTimestamp());
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
        await _attendant.DisposeAsync().ConfigureAwait(false);
        await _opening.WaitAsync().ConfigureAwait(false);
        if (_consumption is { } consumption)
        {
            await consumption.DisposeAsync().ConfigureAwait(false);
            if (Queue.IsPrivate)
            {
                await _settling.ForgetGroupAsync(consumption.Connected).ConfigureAwait(false);
            }
        }

        _opening.Release();
        _gone(this);
    }

    private async ValueTask<Consumption> ReopenAsync(CancellationToken cancel)
    {
        ObjectDisposedException.ThrowIf(_disposed != 0, this);
        var connected = await _broker.Consuming.GetAsync(cancel).ConfigureAwait(false);
        if (_consumption is { } former)
        {
            await former.DisposeAsync().ConfigureAwait(false);
            connected.Forget(Queue.Name);
        }

        await _broker.Declarations.GroupAsync(connected, Queue, cancel).ConfigureAwait(false);
        if (Queue.IsPrivate && _wasOpen && _consumption?.Connected != connected)
        {
            _broker.Log.PrivateGroupLost(Queue.Name);
        }

        // What a queue that is not ours does with what is rejected is not known: it may drop it.
        Consumption.Burial? bury = _broker.Topology.UseExisting && !Queue.IsPrivate ? _settling.BuryAsync : null;
        var consumption = await Consumption.OpenAsync(connected, Queue, IsAlone ? _prefetch : 1, bury, _broker.Time, _broker.Log, cancel).ConfigureAwait(false);
        (_wasOpen, _openedAt) = (true, _broker.Time.GetTimestamp());
        Volatile.Write(ref _consumption, consumption);
        return consumption;
    }

    /// <summary>Takes what has arrived.</summary>
    private async ValueTask<int> TakeAsync(Consumption consumption, Memory<Delivery> buffer)
    {
        var (count, suspects) = (0, 0);
        while (count < buffer.Length && consumption.TryTake(out var held))
        {
            if (held.Remaining > 0)
            {
                await _settling.PassOnAsync(consumption, [held]).ConfigureAwait(false);
                continue;
            }

            buffer.Span[count++] = new Delivery(held.Envelope, held.Attempt, consumption, (long)held.Tag);
            suspects += held.IsSuspect ? 1 : 0;
        }

        if (suspects < count && consumption.Prefetch < _prefetch)
        {
            // An innocent one: the others may come as well.
            await consumption.AskAsync(_prefetch, CancellationToken.None).ConfigureAwait(false);
        }

        return count;
    }

    /// <summary>Consumes no more, and what has arrived and was not taken goes to others.</summary>
    public async ValueTask PassOnAsync(Consumption consumption)
    {
        await consumption.AskAsync(0, CancellationToken.None).ConfigureAwait(false);
        var waiting = new List<Held>();
        while (consumption.TryTake(out var held))
        {
            waiting.Add(held);
        }

        // The caller may have taken them while the consumer was being ended.
        if (waiting.Count > 0)
        {
            await _settling.PassOnAsync(consumption, waiting).ConfigureAwait(false);
        }
    }

    /// <summary>Consumes again after a while in which nothing was taken; and where the caller holds all it may and wants more, it may.</summary>
    public async ValueTask AskForMoreAsync(Consumption consumption, CancellationToken cancel)
    {
        if (consumption.Prefetch == 0)
        {
            await consumption.AskAsync(IsAlone ? _prefetch : 1, cancel).ConfigureAwait(false);
        }
        else if (!IsAlone && consumption.Prefetch == _prefetch && consumption is { Waiting: 0 } && consumption.Window.Count.Held >= _prefetch && _prefetch < ushort.MaxValue)
        {
            _prefetch = Math.Min(_prefetch * 2, ushort.MaxValue);
            await consumption.AskAsync(_prefetch, cancel).ConfigureAwait(false);
        }
    }

    /// <summary>A new consumer takes its place at once; but one that ends as soon as it has begun is trouble, and is told.</summary>
    private void Lost(Consumption consumption)
    {
        if (_disposing.IsCancellationRequested)
        {
            return;
        }

        _broker.Log.ConsumerGone(Queue.Name, consumption.Reason);
        if (_broker.Time.GetElapsedTime(_openedAt) < _tooShort)
        {
            throw new TransportException(new Fault(ErrorCodes.BrokerAway, $"The consumer on '{Queue.Name}' ended as soon as it had begun.", consumption.Reason));
        }
    }
}
