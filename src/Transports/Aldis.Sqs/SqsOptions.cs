using Aldis.Errors;
using Aldis.Sqs;
using Amazon.Runtime;
using Amazon.SQS;

namespace Aldis;

/// <summary>Where SQS is and how the bus behaves towards it.</summary>
public sealed record SqsOptions
{
    /// <summary>The region, for example <c>eu-central-1</c>. Default: null, what the AWS SDK finds (<c>AWS_REGION</c>, the profile, the instance).</summary>
    public string? Region { get; init; }

    /// <summary>The address of the service, where it is not that of the region: of a VPC endpoint or an emulator. Default: null.</summary>
    public string? Endpoint { get; init; }

    /// <summary>
    /// Who this program is. Default: null, what the AWS SDK finds in its own chain: environment, profile, web identity, container, instance.
    /// </summary>
    public AWSCredentials? Credentials { get; init; }

    /// <summary>Queues and their names.</summary>
    public SqsTopology Topology { get; init; } = new();

    /// <summary>What becomes of an event that no group waits for. Default: <see cref="SqsUnroutable.Fail"/>.</summary>
    public SqsUnroutable WhenUnroutable { get; init; }

    /// <summary>
    /// For how long an event that was handed out is hidden from others. It is hidden for longer while its handler runs; after the death of its process, that is how long it takes until another
    /// one gets it. A whole number of seconds. Default: 20 seconds.
    /// </summary>
    public TimeSpan Visibility { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long SQS waits for an event where there is none (long polling), at most 20 seconds. A transport that ends waits for the requests that are on their way, as what SQS hands to nobody is hidden
    /// from all: so for this long at most. A whole number of seconds. Default: 5 seconds.
    /// </summary>
    public TimeSpan LongPoll { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How many requests for events a member of a group has on their way where there is much to do; where there is nothing, it has one. Each brings up to ten. Default: 8.</summary>
    public int MaxReceives { get; init; } = 8;

    /// <summary>How many requests that publish a topic has on their way for each queue; more wait. Each takes up to ten events. FIFO topics have one call at a time. Default: 8.</summary>
    public int MaxPublishes { get; init; } = 8;

    /// <summary>
    /// The largest message in bytes, attributes included, and the largest request: SQS allows 1 MiB, and a queue may allow less. The largest body is smaller (<see cref="Transports.TransportFeatures.MaxBody"/>): what no text can be
    /// grows by a third, and there has to be room for the headers. Default: 1,048,576.
    /// </summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024;

    /// <summary>How long a publish is tried before it fails. Default: 30 seconds.</summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a request may take, beside the time for which SQS waits for events. Default: 10 seconds.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How old the list of a topic's queues may be to which its events are sent: a group that is new to other programs misses what they publish until then.
    /// It is listed anew ahead of that; a publish waits for it where it is too old. Default: 10 seconds.</summary>
    public TimeSpan Refresh { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Where events go instead of to the queues of their groups. Default: null, to the queues.</summary>
    public ISqsOutlet? Outlet { get; init; }

    /// <summary>Where bodies go that are too large for a message. Default: null, nowhere: they are refused.</summary>
    public ISqsBodyStore? Bodies { get; init; }

    /// <summary>Changes how the client of the AWS SDK is set up, a proxy for example. Default: nothing.</summary>
    public Action<AmazonSQSConfig>? Configure { get; init; }

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate() => OptionRules.Check(this);

    /// <summary>The region and the address; nothing else, for the rest may be secret.</summary>
    public override string ToString() => Endpoint is null ? $"sqs://{Region}" : $"sqs://{Region} at {Printable(Endpoint)}";

    /// <summary>Without what somebody may have put before the host.</summary>
    private static string Printable(string endpoint) => Uri.TryCreate(endpoint, UriKind.Absolute, out var uri) ? $"{uri.Host}:{uri.Port}" : "?";
}
