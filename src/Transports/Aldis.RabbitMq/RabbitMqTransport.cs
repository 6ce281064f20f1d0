using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Events;
using Aldis.RabbitMq;
using Aldis.Transports;
using RabbitMQ.Client.Exceptions;

namespace Aldis;

/// <summary>
/// Events over a RabbitMQ broker. A publish is complete when the broker has confirmed it: on the disks of most nodes, for quorum queues. Each group of a topic
/// has a queue; what is not settled by a process that dies, another one gets. Lost connections are made again by this transport.
/// </summary>
public sealed partial class RabbitMqTransport : ITransport, IDeadLetterStore, IBacklog
{
    private readonly ConcurrentDictionary<RabbitMqReceiver, bool> _receivers = new();
    private readonly RabbitMqOptions _options;
    private readonly TransportContext _context;
    private readonly BrokerAddress _address;
    private Broker? _broker;

    /// <summary>Makes a transport; the broker is first spoken to by <see cref="StartAsync"/>.</summary>
    /// <param name="options">Where the broker is and how the bus behaves towards it.</param>
    /// <param name="context">The clock and the log.</param>
    /// <exception cref="ConfigurationException">The options have faults.</exception>
    public RabbitMqTransport(RabbitMqOptions options, TransportContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        _address = BrokerAddress.TryParse(options.Uri, out var address, out _) && !options.Validate().Any() ? address : throw new ConfigurationException([.. options.Validate()]);
        (_options, _context) = (options, context);
        Features = new TransportFeatures
        {
            System = "rabbitmq", ServerAddress = _address.Hosts[0].Host, ServerPort = _address.Hosts[0].Port,
            Durable = Durability.Stored, Ordered = true, KeyOwner = options.Topology.SingleActiveConsumer, DeadLetters = true, Delays = true,
        };
    }

    /// <inheritdoc/>
    public TransportFeatures Features { get; }

    /// <summary>How much quicker the clock runs than that of the broker. For tests of long delays.</summary>
    internal double Pace { get; init; } = 1;

    private Broker Broker => Volatile.Read(ref _broker) ?? throw new AldisException(new Fault(ErrorCodes.NotRunning, "The RabbitMQ transport is not started, or closed."));

    /// <summary>Looks whether the broker takes the login and whether the exchanges are what they should be. A broker that is away is no fault.</summary>
    /// <param name="cancel">Ends the wait.</param>
    /// <exception cref="AldisException">ALD2102 to ALD2105: what only the user can mend.</exception>
    public async ValueTask StartAsync(CancellationToken cancel)
    {
        var broker = new Broker(_options, _address, _context, Pace);
        try
        {
            await broker.Publishing.GetAsync(cancel).ConfigureAwait(false);
        }
        catch (TransportException error) when (!BrokerFault.IsForUser(error))
        {
            broker.Log.StartsWithout(_address, error.Fault.Why ?? "");
        }
        catch
        {
            await broker.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        Volatile.Write(ref _broker, broker);
    }

    /// <inheritdoc/>
    public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => new(new RabbitMqSender(Broker.Lane(), topic, _options));

    /// <inheritdoc/>
    public async ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var receiver = new RabbitMqReceiver(Broker, spec, gone => _receivers.TryRemove(gone, out _));
        _receivers.TryAdd(receiver, true);
        try
        {
            await receiver.OpenAsync(cancel).ConfigureAwait(false);
        }
        catch (TransportException error) when (!BrokerFault.IsForUser(error))
        {
            // The broker is away: the queue is made when it is there.
        }
        catch
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return receiver;
    }

    /// <summary>What the broker has ready for the group, and what this process holds. What other processes hold the broker does not tell.</summary>
    /// <inheritdoc/>
    public async ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel)
    {
        var mine = _receivers.Keys.Where(one => one.Queue.Topic == topic && one.Queue.Group == group).ToArray();
        var queue = mine.Length > 0 ? mine[0].Queue.Name : _options.Topology.QueueOf(topic, group);
        try
        {
            var connected = await Broker.Consuming.GetAsync(cancel).ConfigureAwait(false);
            var channel = await connected.Connection.CreateChannelAsync(cancellationToken: cancel).ConfigureAwait(false);
            await using (channel.ConfigureAwait(false))
            {
                var ready = await channel.MessageCountAsync(queue, cancel).ConfigureAwait(false);
                return new Backlog(ready + mine.Sum(one => one.Consumption?.Window.Count.Held ?? 0), null);
            }
        }
        catch (OperationInterruptedException missing) when (missing.ShutdownReason?.ReplyCode == 404)
        {
            return default;
        }
        catch (Exception error) when (error is not OperationCanceledException and not AldisException)
        {
            throw BrokerFault.Explain(error, _address);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var receiver in _receivers.Keys)
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
        }

        if (Interlocked.Exchange(ref _broker, null) is { } broker)
        {
            await broker.DisposeAsync().ConfigureAwait(false);
        }
    }
}
