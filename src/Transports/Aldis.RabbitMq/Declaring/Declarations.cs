using System.Globalization;
using Aldis.Events;
using Aldis.Transports;
using RabbitMQ.Client;

namespace Aldis.RabbitMq;

/// <summary>
/// Makes exchanges and queues on a broker, each once in the life of a connection. Making what is there already, and the same, changes nothing.
/// </summary>
internal sealed class Declarations(RabbitMqTopology topology)
{
    /// <summary>So many that no event ever reaches it: the broker's own limit would drop what nobody has given up.</summary>
    private const long NoDeliveryLimit = 1_000_000_000;

    private readonly RabbitMqTopology _topology = topology;

    /// <summary>What every process needs: the exchange of all events, dead letters, and the way back to a group.</summary>
    public async ValueTask BaseAsync(Connected connected, CancellationToken cancel)
        => await connected.EnsureAsync("base", DeclareBaseAsync, cancel).ConfigureAwait(false);

    /// <summary>The queue of a group, and what it needs.</summary>
    public ValueTask GroupAsync(Connected connected, GroupQueue queue, CancellationToken cancel)
        => connected.EnsureAsync(queue.Name, (channel, ended) => DeclareGroupAsync(channel, queue, ended), cancel);

    /// <summary>The queue in which events wait for so long, to go back to their group then.</summary>
    /// <returns>The exchange by which it is reached.</returns>
    public async ValueTask<string> DelayAsync(Connected connected, GroupQueue queue, Delay delay, CancellationToken cancel)
    {
        var name = $"{(queue.IsPrivate ? queue.Name : _topology.Prefix)}:delay:{delay.Milliseconds.ToString(CultureInfo.InvariantCulture)}";
        await connected.EnsureAsync(name, (channel, ended) => DeclareDelayAsync(channel, name, delay, queue.IsPrivate, ended), cancel).ConfigureAwait(false);
        return name;
    }

    private async Task DeclareBaseAsync(IChannel channel, CancellationToken cancel)
    {
        if (_topology.UseExisting)
        {
            await channel.ExchangeDeclarePassiveAsync(_topology.ExchangeName, cancel).ConfigureAwait(false);
        }
        else
        {
            await channel.ExchangeDeclareAsync(_topology.ExchangeName, ExchangeType.Topic, durable: true, autoDelete: false, cancellationToken: cancel).ConfigureAwait(false);
        }

        await channel.ExchangeDeclareAsync(_topology.DeadName, ExchangeType.Fanout, durable: true, autoDelete: false, cancellationToken: cancel).ConfigureAwait(false);
        await channel.QueueDeclareAsync(_topology.DeadName, durable: true, exclusive: false, autoDelete: false, Kind(), cancellationToken: cancel).ConfigureAwait(false);
        await channel.QueueBindAsync(_topology.DeadName, _topology.DeadName, "", cancellationToken: cancel).ConfigureAwait(false);

        // What is on its way back to a group that is not there any more becomes a dead letter.
        var orElse = new Dictionary<string, object?> { ["alternate-exchange"] = _topology.DeadName };
        await channel.ExchangeDeclareAsync(_topology.ReturnName, ExchangeType.Direct, durable: true, autoDelete: false, orElse, cancellationToken: cancel).ConfigureAwait(false);
    }

    private async Task DeclareGroupAsync(IChannel channel, GroupQueue queue, CancellationToken cancel)
    {
        if (queue.IsPrivate)
        {
            await DeclarePrivateAsync(channel, queue, cancel).ConfigureAwait(false);
        }
        else if (_topology.UseExisting)
        {
            await channel.QueueDeclarePassiveAsync(queue.Name, cancel).ConfigureAwait(false);
        }
        else
        {
            var arguments = DeadLettering(_topology.DeadName, queue.Address);
            if (_topology.SingleActiveConsumer)
            {
                arguments["x-single-active-consumer"] = true;
            }

            await channel.QueueDeclareAsync(queue.Name, durable: true, exclusive: false, autoDelete: false, arguments, cancellationToken: cancel).ConfigureAwait(false);
        }

        await channel.QueueBindAsync(queue.Name, _topology.ReturnName, queue.Address, cancellationToken: cancel).ConfigureAwait(false);
        if (queue.IsPrivate || !_topology.UseExisting)
        {
            await channel.QueueBindAsync(queue.Name, _topology.ExchangeName, queue.Topic.Value, cancellationToken: cancel).ConfigureAwait(false);
        }
    }

    /// <summary>They go with the connection, and its dead letters with it.</summary>
    private static async Task DeclarePrivateAsync(IChannel channel, GroupQueue queue, CancellationToken cancel)
    {
        await channel.QueueDeclareAsync(queue.DeadName, durable: false, exclusive: true, autoDelete: false, cancellationToken: cancel).ConfigureAwait(false);
        var arguments = new Dictionary<string, object?> { ["x-dead-letter-exchange"] = "", ["x-dead-letter-routing-key"] = queue.DeadName };
        await channel.QueueDeclareAsync(queue.Name, durable: false, exclusive: true, autoDelete: false, arguments, cancellationToken: cancel).ConfigureAwait(false);
    }

    private async Task DeclareDelayAsync(IChannel channel, string name, Delay delay, bool isPrivate, CancellationToken cancel)
    {
        var arguments = isPrivate ? new Dictionary<string, object?> { ["x-dead-letter-exchange"] = _topology.ReturnName } : DeadLettering(_topology.ReturnName, null);
        arguments["x-message-ttl"] = delay.OnBroker;
        await channel.ExchangeDeclareAsync(name, ExchangeType.Fanout, durable: !isPrivate, autoDelete: isPrivate, cancellationToken: cancel).ConfigureAwait(false);
        await channel.QueueDeclareAsync(name, durable: !isPrivate, exclusive: isPrivate, autoDelete: false, arguments, cancellationToken: cancel).ConfigureAwait(false);
        await channel.QueueBindAsync(name, name, "", cancellationToken: cancel).ConfigureAwait(false);
    }

    private Dictionary<string, object?> Kind() => _topology.Queues == RabbitMqQueueKind.Quorum
        ? new() { ["x-queue-type"] = "quorum", ["x-delivery-limit"] = NoDeliveryLimit }
        : new() { ["x-queue-type"] = "classic" };

    /// <summary>A quorum queue keeps what it passes on until it has arrived. For that it has to refuse what is too much instead of dropping it.</summary>
    private Dictionary<string, object?> DeadLettering(string exchange, string? address)
    {
        var arguments = Kind();
        arguments["x-dead-letter-exchange"] = exchange;
        if (address is not null)
        {
            arguments["x-dead-letter-routing-key"] = address;
        }

        if (_topology.Queues == RabbitMqQueueKind.Quorum)
        {
            arguments["x-dead-letter-strategy"] = "at-least-once";
            arguments["x-overflow"] = "reject-publish";
        }

        return arguments;
    }
}
