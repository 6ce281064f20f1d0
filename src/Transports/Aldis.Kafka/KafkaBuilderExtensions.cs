using Aldis.Kafka;
using Aldis.Transports;

namespace Aldis;

/// <summary>Adds the Kafka transport to a bus.</summary>
public static class KafkaBuilderExtensions
{
    private const string Scheme = "kafka";

    /// <summary>Keeps events in a Kafka cluster.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="uri"><c>kafka://host:port</c>; several brokers with commas between them; <c>kafka://user:password@host:port?tls=true</c>.</param>
    /// <param name="configure">Changes what the URI says, for example <c>options => options with { Transactions = true }</c>. Default: nothing.</param>
    /// <exception cref="AldisException">ALD1301, ALD1304: the URI cannot be read. It is not shown, for it may hold a password.</exception>
    [Lacks(nameof(TransportFeatures.KeyOrder))]
    [Lacks(nameof(TransportFeatures.Remembers))]
    [Lacks(nameof(TransportFeatures.Schedules))]
    public static EventBusBuilder UseKafka(this EventBusBuilder bus, string uri, Func<KafkaOptions, KafkaOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(uri);
        var options = KafkaUri.Read(uri);
        return bus.UseKafka(configure is null ? options : configure(options));
    }

    /// <summary>Keeps events in a Kafka cluster.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">Where the cluster is, and how it is used.</param>
    [Lacks(nameof(TransportFeatures.KeyOrder))]
    [Lacks(nameof(TransportFeatures.Remembers))]
    [Lacks(nameof(TransportFeatures.Schedules))]
    public static EventBusBuilder UseKafka(this EventBusBuilder bus, KafkaOptions options)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(options);
        return bus.UseTransport(context => new KafkaTransport(options, context), options.Validate());
    }

    /// <summary>Lets a connection URI choose Kafka: <c>kafka://host:port</c>.</summary>
    /// <param name="bus">The bus.</param>
    public static EventBusBuilder AcceptKafka(this EventBusBuilder bus)
    {
        ArgumentNullException.ThrowIfNull(bus);
        return bus.AcceptTransport(new TransportScheme(Scheme, "kafka://host:9092", (uri, context) => new KafkaTransport(Check(KafkaUri.Read(uri)), context)));
    }

    private static KafkaOptions Check(KafkaOptions options)
        => options.Validate().ToArray() is { Length: > 0 } faults ? throw new ConfigurationException(faults) : options;
}
