using Microsoft.Extensions.Logging;
using RabbitMQ.Client;

namespace Aldis.RabbitMq;

/// <summary>
/// Looks after a receiver once a second. What has arrived and is not taken for a second goes to others, where they have nothing to do. And a consumer to which
/// nothing is handed out although there is something is one that the broker has forgotten: another takes its place.
/// </summary>
internal sealed class Attendant : IAsyncDisposable
{
    private const int LooksPerCheck = 8;

    private static readonly TimeSpan _look = TimeSpan.FromSeconds(1);

    private readonly PeriodicTimer _timer;
    private readonly Broker _broker;
    private readonly RabbitMqReceiver _receiver;
    private readonly Task _running;
    private Consumption? _suspected;
    private long _arrivals;
    private int _strikes;

    public Attendant(Broker broker, RabbitMqReceiver receiver)
    {
        (_broker, _receiver) = (broker, receiver);
        _timer = new PeriodicTimer(_look, broker.Time);
        _running = RunAsync();
    }

    /// <summary>How often in a row nothing comes before it is believed. Whoever waits in line for its turn is given nothing for long.</summary>
    private int Enough => _broker.Topology.SingleActiveConsumer ? 6 : 2;

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        for (var look = 1; await _timer.WaitForNextTickAsync().ConfigureAwait(false); look++)
        {
            try
            {
                await LookAsync(look % LooksPerCheck == 0).ConfigureAwait(false);
            }
            catch (Exception error)
            {
                // The channel or the connection, which have their own ways of being noticed.
                _broker.Log.WatchFailed(_receiver.Queue.Name, error);
            }
        }
    }

    private async ValueTask LookAsync(bool isCheck)
    {
        if (_receiver.Consumption is not { } consumption)
        {
            return;
        }

        var (now, since) = _receiver.Receiving;
        if (now)
        {
            // It may have begun to wait while the consumer was being ended.
            await _receiver.AskForMoreAsync(consumption, CancellationToken.None).ConfigureAwait(false);
            if (isCheck)
            {
                await CheckAsync(consumption).ConfigureAwait(false);
            }
        }
        else if (!_receiver.IsAlone && consumption.Waiting > 0 && _broker.Time.GetElapsedTime(since) >= _look && await AreOthersIdleAsync(consumption).ConfigureAwait(false))
        {
            await _receiver.PassOnAsync(consumption).ConfigureAwait(false);
        }
    }

    /// <summary>Others consume, and have taken all there was. Where they have not, they have enough to do themselves. While the broker takes no publishes, nothing can be passed on.</summary>
    private async ValueTask<bool> AreOthersIdleAsync(Consumption consumption)
    {
        if (_broker.Publishing.Current is not { IsBlocked: false })
        {
            return false;
        }

        var queue = await QueueAsync(consumption).ConfigureAwait(false);
        return queue.MessageCount == 0 && queue.ConsumerCount > (consumption.Prefetch > 0 ? 1 : 0);
    }

    private async ValueTask CheckAsync(Consumption consumption)
    {
        var isIdle = consumption == _suspected && consumption.Arrivals == _arrivals && consumption.Prefetch > consumption.Window.Count.Held + consumption.Window.Count.Done;
        (_suspected, _arrivals) = (consumption, consumption.Arrivals);
        if (!isIdle)
        {
            _strikes = 0;
            return;
        }

        long ready = (await QueueAsync(consumption).ConfigureAwait(false)).MessageCount;
        _strikes = ready > 0 ? _strikes + 1 : 0;
        if (_strikes >= Enough)
        {
            _strikes = 0;
            _broker.Log.PhantomConsumer(_receiver.Queue.Name, ready);
            await consumption.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>How many events wait on the broker, and how many consume; asked on a channel of its own.</summary>
    private async ValueTask<QueueDeclareOk> QueueAsync(Consumption consumption)
    {
        var channel = await consumption.Connected.Connection.CreateChannelAsync().ConfigureAwait(false);
        await using (channel.ConfigureAwait(false))
        {
            return await channel.QueueDeclarePassiveAsync(_receiver.Queue.Name).ConfigureAwait(false);
        }
    }
}
