using Aldis.Errors;
using Aldis.Transports;

namespace Aldis.RabbitMq;

/// <summary>Publishes, over a channel that is made again when it is lost. Safe for any thread.</summary>
internal sealed class PublishLane(Link link, RabbitMqOptions options, TransportContext context) : IAsyncDisposable
{
    private readonly SemaphoreSlim _opening = new(1);
    private PublishChannel? _channel;

    /// <summary>Publishes messages in this order, and waits until the broker has confirmed each.</summary>
    /// <exception cref="TransportException">Not all are stored, or not known to be.</exception>
    public async ValueTask PublishAsync(ReadOnlyMemory<Outgoing> messages, CancellationToken cancel)
    {
        var channel = _channel is { IsOpen: true } open ? open : await OpenAsync(cancel).ConfigureAwait(false);
        if (channel.Connected.IsBlocked)
        {
            await channel.Connected.WhileBlockedAsync(cancel).ConfigureAwait(false);
        }

        var batch = await channel.WriteAsync(messages, cancel).ConfigureAwait(false);
        await ConfirmedAsync(batch, channel.Connected, cancel).ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        if (_channel is not null)
        {
            await _channel.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A broker that is silent is not waited for longer than for a confirm: not for a channel, and not behind another one who waits for it.</summary>
    private async ValueTask<PublishChannel> OpenAsync(CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(options.PublishTimeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            return await OpenAsync(cancel, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException silent) when (late.IsCancellationRequested && !cancel.IsCancellationRequested)
        {
            throw new TransportException(new Fault(ErrorCodes.BrokerAway, $"The broker at {link.Address} has not opened a channel within {options.PublishTimeout}."), mayBeStored: false, silent);
        }
    }

    private async ValueTask<PublishChannel> OpenAsync(CancellationToken cancel, CancellationToken limit)
    {
        await _opening.WaitAsync(limit).ConfigureAwait(false);
        try
        {
            if (_channel is { IsOpen: true } open)
            {
                return open;
            }

            if (_channel is not null)
            {
                await _channel.DisposeAsync().ConfigureAwait(false);
            }

            var connected = await link.GetAsync(options.PublishTimeout, cancel).ConfigureAwait(false);
            return _channel = await PublishChannel.OpenAsync(connected, options, link.Address, context.Time, limit).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not OperationCanceledException || !limit.IsCancellationRequested)
        {
            throw BrokerFault.Explain(error, link.Address);
        }
        finally
        {
            _opening.Release();
        }
    }

    /// <summary>A broker that takes no publishes for a while is waited for; one that is silent is not.</summary>
    private async ValueTask ConfirmedAsync(PublishBatch batch, Connected connected, CancellationToken cancel)
    {
        while (true)
        {
            try
            {
                await batch.Done.WaitAsync(options.PublishTimeout, context.Time, cancel).ConfigureAwait(false);
                return;
            }
            catch (TimeoutException) when (connected.IsBlocked)
            {
                // Back-pressure.
            }
            catch (TimeoutException silent)
            {
                throw new TransportException(new Fault(ErrorCodes.NotConfirmed,
                    $"The broker at {link.Address} has not confirmed {options.PublishTimeout} after a publish."), mayBeStored: true, silent);
            }
        }
    }
}
