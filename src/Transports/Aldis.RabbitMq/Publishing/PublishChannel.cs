using Aldis.Errors;
using RabbitMQ.Client;
using RabbitMQ.Client.Events;

namespace Aldis.RabbitMq;

/// <summary>
/// A channel that publishes and hears what becomes of each publish. Batches of several callers are written one after another and are on their way together.
/// When it is lost, whatever is not confirmed may be stored or not.
/// </summary>
internal sealed class PublishChannel : IAsyncDisposable
{
    private static readonly CreateChannelOptions _confirmed = new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: false);

    private readonly SemaphoreSlim _writing = new(1);
    private readonly MessageWriter _writer = new();
    private readonly InFlight _inFlight;
    private readonly Connected _connected;
    private readonly IChannel _channel;
    private readonly BrokerAddress _address;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private volatile bool _isLost;

    private PublishChannel(Connected connected, IChannel channel, RabbitMqOptions options, BrokerAddress address, TimeProvider time)
    {
        (_connected, _channel, _inFlight, _address, _patience, _time) = (connected, channel, new InFlight(options.MaxInFlight), address, options.PublishTimeout, time);
        channel.BasicAcksAsync += (_, ack) => Answered(ack.DeliveryTag, ack.Multiple, isStored: true);
        channel.BasicNacksAsync += (_, nack) => Answered(nack.DeliveryTag, nack.Multiple, isStored: false);
        channel.BasicReturnAsync += (_, returned) =>
        {
            _inFlight.Returned(returned.BasicProperties.MessageId);
            return Task.CompletedTask;
        };
        channel.ChannelShutdownAsync += (_, reason) =>
        {
            Lose(reason.ReplyText);
            return Task.CompletedTask;
        };
    }

    public bool IsOpen => !_isLost && _channel.IsOpen && _connected.IsOpen;

    public Connected Connected => _connected;

    public static async ValueTask<PublishChannel> OpenAsync(Connected connected, RabbitMqOptions options, BrokerAddress address, TimeProvider time, CancellationToken cancel)
    {
        var channel = await connected.Connection.CreateChannelAsync(_confirmed, cancel).ConfigureAwait(false);
        return new PublishChannel(connected, channel, options, address, time);
    }

    /// <summary>Writes messages, in this order. The batch says what becomes of them.</summary>
    /// <param name="messages">The messages. Not kept after the call.</param>
    /// <param name="cancel">Ends the wait before a message is written; what was written before is on its way.</param>
    public async ValueTask<PublishBatch> WriteAsync(ReadOnlyMemory<Outgoing> messages, CancellationToken cancel)
    {
        var batch = new PublishBatch(messages.Length);
        await _writing.WaitAsync(cancel).ConfigureAwait(false);
        try
        {
            for (var index = 0; index < messages.Length; index++)
            {
                await WriteAsync(messages.Span[index], batch, cancel).ConfigureAwait(false);
            }
        }
        finally
        {
            _writing.Release();
        }

        return batch;
    }

    public async ValueTask DisposeAsync()
    {
        Lose("The transport was closed.");
        await Ending.WithinAsync(() => _channel.DisposeAsync().AsTask()).ConfigureAwait(false);
    }

    private async ValueTask WriteAsync(Outgoing message, PublishBatch batch, CancellationToken cancel)
    {
        if (!_inFlight.TryAdd(batch, message.Envelope))
        {
            await AddAsync(batch, message, cancel).ConfigureAwait(false);
        }

        try
        {
            // Not to be cancelled halfway: the numbers of what follows count on it.
            await _channel.BasicPublishAsync(message.Exchange, message.RoutingKey, !message.MayBeUnroutable, _writer.Write(message), message.Envelope.Body, CancellationToken.None)
                .ConfigureAwait(false);
        }
        catch (Exception error)
        {
            // Which number the next publish has is not known any more.
            Lose(error.Message);
            throw Unanswered(error.Message, error);
        }
    }

    /// <summary>Waits for room. Where the broker has not answered for the oldest of all for as long as a publish waits, it does not answer on this channel any more.</summary>
    private async ValueTask AddAsync(PublishBatch batch, Outgoing message, CancellationToken cancel)
    {
        while (true)
        {
            using var late = new CancellationTokenSource(_patience, _time);
            using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
            try
            {
                await _inFlight.AddAsync(batch, message.Envelope, either.Token).ConfigureAwait(false);
                return;
            }
            catch (OperationCanceledException) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
            {
                if (!_connected.IsBlocked)
                {
                    Lose($"It has confirmed nothing for {_patience}.");
                }
            }
        }
    }

    private Task Answered(ulong number, bool multiple, bool isStored)
    {
        _inFlight.Answer(number, multiple, isStored);
        return Task.CompletedTask;
    }

    private void Lose(string why)
    {
        _isLost = true;
        _inFlight.Lose(Unanswered(why, null));
    }

    private TransportException Unanswered(string why, Exception? inner) => new(
        new Fault(ErrorCodes.BrokerAway, $"The broker at {_address} was lost before it had confirmed what was published.", why), mayBeStored: true, inner);
}
