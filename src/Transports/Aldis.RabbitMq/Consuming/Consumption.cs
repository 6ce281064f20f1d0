using System.Threading.Channels;
using Aldis.Events;
using Microsoft.Extensions.Logging;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Aldis.RabbitMq;

/// <summary>
/// A channel that consumes from one queue, from its opening to its loss. What the broker hands over waits here until it is taken; what is not settled when
/// the channel ends, the broker hands out anew. A delivery's lease is this object: when it has ended, a settlement is refused.
/// </summary>
internal sealed class Consumption : IAsyncBasicConsumer, IAsyncDisposable
{
    /// <summary>How many are done before the broker is told, and how long the first of them waits.</summary>
    private const int MostDone = 64;
    private static readonly TimeSpan _ackDelay = TimeSpan.FromMilliseconds(50);

    private readonly Channel<Held> _arrived = System.Threading.Channels.Channel.CreateUnbounded<Held>(new UnboundedChannelOptions { SingleWriter = true });
    private readonly SemaphoreSlim _control = new(1);
    private readonly SemaphoreSlim _acking = new(1);
    private readonly ITimer _due;
    private readonly GroupQueue _queue;
    private readonly IChannel _channel;
    private readonly MessageReader _reader;
    private readonly Burial? _bury;
    private readonly ILogger _log;
    private TaskCompletionSource _cancelled = new();
    private string? _tag;
    private int _prefetch;
    private long _arrivals;
    private int _isDue;
    private int _ended;

    private Consumption(Connected connected, GroupQueue queue, IChannel channel, Burial? bury, TimeProvider time, ILogger log)
    {
        (Connected, _queue, _channel, _bury, _log) = (connected, queue, channel, bury, log);
        _reader = new MessageReader(time);
        _due = time.CreateTimer(static state => ((Consumption)state!).Due(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        channel.ChannelShutdownAsync += (_, reason) => EndAsync(reason.Exception?.Message ?? reason.ReplyText);
    }

    /// <summary>Makes a dead letter of a message that is no event.</summary>
    public delegate ValueTask Burial(IReadOnlyBasicProperties properties, byte[] body, string reason);

    public Connected Connected { get; }

    /// <summary>What is not settled.</summary>
    public AckWindow Window { get; } = new();

    /// <summary>Whether nothing more comes, and nothing can be settled.</summary>
    public bool IsOver => Volatile.Read(ref _ended) != 0;

    /// <summary>Why it is over.</summary>
    public string Reason { get; private set; } = "";

    /// <summary>How many the broker has handed over.</summary>
    public long Arrivals => Volatile.Read(ref _arrivals);

    /// <summary>How many have arrived and are not taken.</summary>
    public int Waiting => _arrived.Reader.Count;

    /// <summary>How many the broker hands over ahead of their settlement; 0 while it is not asked for any.</summary>
    public int Prefetch => Volatile.Read(ref _prefetch);

    IChannel? IAsyncBasicConsumer.Channel => _channel;

    /// <summary>Opens a channel and begins to consume.</summary>
    /// <param name="connected">The connection.</param>
    /// <param name="queue">The queue.</param>
    /// <param name="prefetch">How many the broker hands over ahead.</param>
    /// <param name="bury">What becomes of a message that is no event; null for what the queue does with what is rejected.</param>
    /// <param name="time">The clock.</param>
    /// <param name="log">The log.</param>
    /// <param name="cancel">Ends the wait.</param>
    public static async ValueTask<Consumption> OpenAsync(
        Connected connected, GroupQueue queue, int prefetch, Burial? bury, TimeProvider time, ILogger log, CancellationToken cancel)
    {
        var channel = await connected.Connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
        var consumption = new Consumption(connected, queue, channel, bury, time, log);
        try
        {
            await consumption.AskAsync(prefetch, cancel).ConfigureAwait(false);
            return consumption;
        }
        catch
        {
            await consumption.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Changes how many the broker hands over ahead; 0 for none.</summary>
    public async ValueTask AskAsync(int prefetch, CancellationToken cancel)
    {
        await _control.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            if (prefetch == _prefetch || IsOver)
            {
                return;
            }

            // A quorum queue gives a consumer its limit when it begins: so it begins anew. What it holds stays with the channel.
            if (Interlocked.Exchange(ref _tag, null) is { } tag)
            {
                _cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                await _channel.BasicCancelAsync(tag, cancellationToken: CancellationToken.None).ConfigureAwait(false);
            }

            if (prefetch > 0)
            {
                await _channel.BasicQosAsync(0, (ushort)prefetch, global: false, CancellationToken.None).ConfigureAwait(false);
                _tag = await _channel.BasicConsumeAsync(_queue.Name, autoAck: false, consumerTag: "", noLocal: false, exclusive: false, arguments: null, this, CancellationToken.None)
                    .ConfigureAwait(false);
            }

            Volatile.Write(ref _prefetch, prefetch);
        }
        catch (Exception error)
        {
            // Whether it consumes now is not known.
            await EndAsync(error.Message).ConfigureAwait(false);
            throw;
        }
        finally
        {
            _control.Release();
        }
    }

    /// <summary>Waits until something has arrived, or it is over.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancel) => _arrived.Reader.WaitToReadAsync(cancel);

    public bool TryTake(out Held held) => _arrived.Reader.TryRead(out held);

    /// <summary>Gives one back. The broker counts it as an attempt, and other processes believe it.</summary>
    public async ValueTask ReturnAsync(Held held)
    {
        HandBacks.Add(_queue.Place, held.Envelope.Id);
        await _channel.BasicNackAsync(held.Tag, multiple: false, requeue: true).ConfigureAwait(false);
        Window.Remove(held.Tag);
    }

    /// <summary>These are done with. The broker is told so a moment later, of many at once: each time it is told costs it as much as an event.</summary>
    /// <param name="tags">Their numbers. Not kept after the call.</param>
    public ValueTask AcknowledgeAsync(ReadOnlyMemory<ulong> tags)
    {
        var waiting = Window.Done(tags.Span);
        if (waiting >= Math.Min(MostDone, Prefetch / 4))
        {
            return FlushAsync();
        }

        FlushLater(waiting);
        return ValueTask.CompletedTask;
    }

    /// <summary>Tells the broker what is done without a gap, and later what is not.</summary>
    private async ValueTask FlushAsync()
    {
        await FlushAsync(all: false).ConfigureAwait(false);
        FlushLater(Window.Count.Done);
    }

    private void FlushLater(int waiting)
    {
        if (waiting > 0 && !IsOver && Interlocked.Exchange(ref _isDue, 1) == 0)
        {
            _due.Change(_ackDelay, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Tells the broker what is done: without a gap at once, out of turn a while later, or now.</summary>
    public async ValueTask FlushAsync(bool all)
    {
        await _acking.WaitAsync().ConfigureAwait(false);
        try
        {
            var (upTo, singly) = Window.Acknowledge(all);
            if (upTo > 0)
            {
                await _channel.BasicAckAsync(upTo, multiple: true).ConfigureAwait(false);
            }

            foreach (var tag in singly)
            {
                await _channel.BasicAckAsync(tag, multiple: false).ConfigureAwait(false);
            }
        }
        finally
        {
            _acking.Release();
        }
    }

    public async Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
        IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _arrivals, _arrivals + 1);
        Envelope envelope;
        try
        {
            // The memory belongs to the client, and only for the time of this call.
            envelope = _reader.Read(properties, body.ToArray(), _queue.Topic);
        }
        catch (AldisException error)
        {
            _log.NotAnEvent(_queue.Name, error.Fault.Code.Id);
            await BuryAsync(deliveryTag, properties, body, error.Message).ConfigureAwait(false);
            return;
        }

        if (redelivered && Finished.Take(_queue.Place, envelope.Id))
        {
            await _channel.BasicAckAsync(deliveryTag, multiple: false, cancellationToken).ConfigureAwait(false);
            return;
        }

        var back = redelivered ? (int)MessageReader.Number(properties, Names.DeliveryCount) - HandBacks.Of(_queue.Place, envelope.Id) : 0;
        var held = new Held(deliveryTag, envelope, 1 + (int)MessageReader.Number(properties, Names.Attempts) + Math.Max(0, back), back > 0)
        {
            Remaining = MessageReader.Number(properties, Names.Remaining),
        };
        Window.Add(held);
        _arrived.Writer.TryWrite(held);
    }

    public Task HandleBasicCancelAsync(string consumerTag, CancellationToken cancellationToken) => EndAsync("The broker has cancelled it: the queue was deleted, or moved.");

    /// <summary>Called after every delivery of that consumer.</summary>
    public Task HandleBasicCancelOkAsync(string consumerTag, CancellationToken cancellationToken)
    {
        _cancelled.TrySetResult();
        return Task.CompletedTask;
    }

    public Task HandleBasicConsumeOkAsync(string consumerTag, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task HandleChannelShutdownAsync(object channel, ShutdownEventArgs reason) => EndAsync(reason.ReplyText);

    /// <summary>Ends it, whatever state the channel is in. What is not settled goes back, in its order; it was no attempt, as this process lives.</summary>
    public async ValueTask DisposeAsync()
    {
        // Where the channel does not work any more, the broker takes back what was handed over on it.
        await Ending.WithinAsync(StepBackAsync).ConfigureAwait(false);
        await EndAsync("It was closed.").ConfigureAwait(false);
        await Ending.WithinAsync(() => _channel.DisposeAsync().AsTask()).ConfigureAwait(false);
    }

    /// <summary>Where it cannot be buried now, this consumer ends before an acknowledgement of later ones means it as well; the broker hands it out again.</summary>
    private async ValueTask BuryAsync(ulong tag, IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, string reason)
    {
        if (_bury is null)
        {
            await _channel.BasicRejectAsync(tag, requeue: false).ConfigureAwait(false);
            return;
        }

        try
        {
            await _bury(properties, body.ToArray(), reason).ConfigureAwait(false);
            await _channel.BasicAckAsync(tag, multiple: false).ConfigureAwait(false);
        }
        catch (Exception error)
        {
            await EndAsync(error.Message).ConfigureAwait(false);
        }
    }

    /// <summary>The first of those that are done has waited for as long as it may; what is done out of turn, until the next time.</summary>
    private async void Due()
    {
        Volatile.Write(ref _isDue, 0);
        try
        {
            await FlushAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The channel is gone: the broker hands out again what it has not been told.
        }
    }

    private async Task StepBackAsync()
    {
        if (IsOver)
        {
            return;
        }

        if (Prefetch > 0)
        {
            await AskAsync(0, CancellationToken.None).ConfigureAwait(false);
            await _cancelled.Task.ConfigureAwait(false);
        }

        await FlushAsync(all: true).ConfigureAwait(false);
        foreach (var held in Window.ClearHeld())
        {
            HandBacks.Add(_queue.Place, held.Envelope.Id);
            await _channel.BasicNackAsync(held.Tag, multiple: false, requeue: true).ConfigureAwait(false);
        }
    }

    private Task EndAsync(string reason)
    {
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            Reason = reason;
            foreach (var held in Window.ClearHeld())
            {
                HandBacks.Add(_queue.Place, held.Envelope.Id);
            }

            foreach (var done in Window.ClearDone())
            {
                Finished.Add(_queue.Place, done.Envelope.Id);
            }

            _due.Dispose();

            _arrived.Writer.TryComplete();
        }

        return Task.CompletedTask;
    }
}
