using Aldis.Sqs;
using Aldis.Transports;

namespace Aldis;

/// <summary>Adds the SQS transport to a bus.</summary>
public static class SqsBuilderExtensions
{
    /// <summary>Carries events over Amazon SQS, in a queue for each group of a topic.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="uri"><c>sqs://region</c>; <c>sqs://</c> for the region that the AWS SDK finds; <c>sqs://region?fifo=true&amp;prefix=shop</c>. Credentials come from the SDK's own chain.</param>
    /// <param name="options">Changes what else can be said; null for the defaults.</param>
    /// <exception cref="AldisException">ALD1301, ALD1304: the URI cannot be read.</exception>
    [Lacks(nameof(TransportFeatures.AtomicSettlement)), Lacks(nameof(TransportFeatures.KeyOrder)), Lacks(nameof(TransportFeatures.Remembers)),
     Lacks(nameof(TransportFeatures.Schedules)), Lacks(nameof(TransportFeatures.KeepsForFirstGroup)), Lacks(nameof(TransportFeatures.Replays))]
    public static EventBusBuilder UseSqs(this EventBusBuilder bus, string uri, Func<SqsOptions, SqsOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(uri);
        var said = SqsUri.Read(uri);
        return bus.UseSqs(options?.Invoke(said) ?? said);
    }

    /// <summary>Carries events over Amazon SQS, in a queue for each group of a topic.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">Where the service is and how the bus behaves towards it.</param>
    [Lacks(nameof(TransportFeatures.AtomicSettlement)), Lacks(nameof(TransportFeatures.KeyOrder)), Lacks(nameof(TransportFeatures.Remembers)),
     Lacks(nameof(TransportFeatures.Schedules)), Lacks(nameof(TransportFeatures.KeepsForFirstGroup)), Lacks(nameof(TransportFeatures.Replays))]
    public static EventBusBuilder UseSqs(this EventBusBuilder bus, SqsOptions options)
    {
        ArgumentNullException.ThrowIfNull(bus);
        ArgumentNullException.ThrowIfNull(options);
        return bus.UseTransport(context => new SqsTransport(options, context), options.Validate());
    }

    /// <summary>Lets a connection URI choose SQS: <c>sqs://eu-central-1</c>.</summary>
    /// <param name="bus">The bus.</param>
    /// <param name="options">Changes what else can be said; null for the defaults.</param>
    public static EventBusBuilder AcceptSqs(this EventBusBuilder bus, Func<SqsOptions, SqsOptions>? options = null)
    {
        ArgumentNullException.ThrowIfNull(bus);
        return bus.AcceptTransport(new TransportScheme("sqs", "sqs://region", (uri, context) =>
        {
            var said = SqsUri.Read(uri);
            return new SqsTransport(options?.Invoke(said) ?? said, context);
        }));
    }
}
