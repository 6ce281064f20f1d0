using Aldis.Transports;

namespace Aldis;

/// <summary>Adds the RabbitMQ transport to a bus.</summary>
public static class RabbitMqBuilderExtensions
{
    /// <summary>Carries events over RabbitMQ: confirmed by the broker before a publish is complete, in a quorum queue for each group of a topic.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="uri"><c>amqp://user:password@host:5672/vhost</c>, or <c>amqps://</c> for TLS; several hosts with commas between them.</param>
    /// <param name="options">Changes what else can be said; null for the defaults.</param>
    [Lacks(nameof(TransportFeatures.AtomicSettlement)), Lacks(nameof(TransportFeatures.KeyOrder)), Lacks(nameof(TransportFeatures.Remembers)),
     Lacks(nameof(TransportFeatures.Schedules)), Lacks(nameof(TransportFeatures.KeepsForFirstGroup)), Lacks(nameof(TransportFeatures.Replays))]
    public static EventBusBuilder UseRabbitMq(this EventBusBuilder bus, string uri, Func<RabbitMqOptions, RabbitMqOptions>? options = null)
    {
        var said = new RabbitMqOptions { Uri = uri };
        return bus.UseRabbitMq(options?.Invoke(said) ?? said);
    }

    /// <summary>Carries events over RabbitMQ: confirmed by the broker before a publish is complete, in a quorum queue for each group of a topic.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">Where the broker is and how the bus behaves towards it.</param>
    [Lacks(nameof(TransportFeatures.AtomicSettlement)), Lacks(nameof(TransportFeatures.KeyOrder)), Lacks(nameof(TransportFeatures.Remembers)),
     Lacks(nameof(TransportFeatures.Schedules)), Lacks(nameof(TransportFeatures.KeepsForFirstGroup)), Lacks(nameof(TransportFeatures.Replays))]
    public static EventBusBuilder UseRabbitMq(this EventBusBuilder bus, RabbitMqOptions options)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(options);
        return bus.UseTransport(context => new RabbitMqTransport(options, context), options.Validate());
    }

    /// <summary>Lets a connection URI choose RabbitMQ: <c>amqp://guest:guest@localhost/</c>, <c>amqps://user:password@one,two,three/shop</c>.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">Changes what else can be said; null for the defaults.</param>
    public static EventBusBuilder AcceptRabbitMq(this EventBusBuilder bus, Func<RabbitMqOptions, RabbitMqOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        bus.AcceptTransport(new TransportScheme("amqp", "amqp://user:password@host/vhost", (uri, context) => Open(uri, options, context)));
        return bus.AcceptTransport(new TransportScheme("amqps", "amqps://user:password@host/vhost", (uri, context) => Open(uri, options, context)));
    }

    private static RabbitMqTransport Open(string uri, Func<RabbitMqOptions, RabbitMqOptions>? change, TransportContext context)
    {
        var options = new RabbitMqOptions { Uri = uri };
        options = change?.Invoke(options) ?? options;
        return options.Validate().ToArray() is { Length: > 0 } faults ? throw new ConfigurationException(faults) : new RabbitMqTransport(options, context);
    }
}
