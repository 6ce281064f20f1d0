using System.Security.Cryptography.X509Certificates;
using Aldis.Errors;
using Aldis.RabbitMq;

namespace Aldis;

/// <summary>Where the broker is and how the bus behaves towards it.</summary>
public sealed record RabbitMqOptions
{
    /// <summary>
    /// <c>amqp://user:password@host:5672/vhost</c>, or <c>amqps://</c> for TLS. Several hosts of a cluster stand side by side, with commas between them.
    /// What is special in a URI is percent-encoded in the user, the password and the virtual host. Its password is shown nowhere.
    /// </summary>
    public required string Uri { get; init; }

    /// <summary>Exchanges, queues and their names.</summary>
    public RabbitMqTopology Topology { get; init; } = new();

    /// <summary>What becomes of an event that no group waits for. Default: <see cref="RabbitMqUnroutable.Fail"/>.</summary>
    public RabbitMqUnroutable WhenUnroutable { get; init; }

    /// <summary>How many channels publish, beside each other. Topics share them. Default: 2.</summary>
    public int PublishChannels { get; init; } = 2;

    /// <summary>How many publishes a channel has on their way, unconfirmed; more wait. Default: 2048.</summary>
    public int MaxInFlight { get; init; } = 2048;

    /// <summary>
    /// How many events the broker hands to a member ahead of their settlement. Default: null, for twice as many as the member holds unsettled
    /// (<see cref="SubscriptionOptions.MaxUnsettled"/>). What a member does not take within a second goes to others that have nothing to do.
    /// </summary>
    public int? Prefetch { get; init; }

    /// <summary>How often both sides tell each other that they live; a side that is silent for two of these is given up. Default: 10 seconds.</summary>
    public TimeSpan Heartbeat { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an attempt to connect may take. Default: 5 seconds.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a publish waits for a connection with its channel (then it fails, certainly not stored) and for its confirmation (then it is not known whether it is stored).
    /// While the broker has blocked publishers it waits without this limit. A channel on which <see cref="MaxInFlight"/> publishes are unconfirmed for so long is given up. Default: 30 seconds.
    /// </summary>
    public TimeSpan PublishTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// A PEM file with the certificates of the authorities that the broker's certificate may come from, in place of those the machine trusts. The name and
    /// the dates are checked all the same; nothing switches the checks off. Default: null.
    /// </summary>
    public string? TrustedRoots { get; init; }

    /// <summary>The certificate with which this program shows who it is, with its private key. Default: null.</summary>
    public X509Certificate2? ClientCertificate { get; init; }

    /// <summary>The name of the connections in the broker's own tools. Default: the machine and the process.</summary>
    public string ClientName { get; init; } = DeadLetter.Here;

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate()
    {
        if (!BrokerAddress.TryParse(Uri, out _, out var why))
        {
            yield return new Fault(ErrorCodes.InvalidOption, "RabbitMqOptions.Uri is not the URI of a broker.", why,
                "Use the form amqp://user:password@host:5672/vhost, with amqps for TLS, and percent-encode what is special.");
        }

        foreach (var fault in Topology.Validate().Concat(Ranges()))
        {
            yield return fault;
        }

        if (!Enum.IsDefined(WhenUnroutable))
        {
            yield return new Fault(ErrorCodes.InvalidOption, $"RabbitMqOptions.WhenUnroutable is {WhenUnroutable}.", "There is no such choice.");
        }

        if (TrustedRoots is not null && !File.Exists(TrustedRoots))
        {
            yield return new Fault(ErrorCodes.InvalidOption, "RabbitMqOptions.TrustedRoots is not a file.", "It cannot be found.");
        }
    }

    /// <summary>Where the broker is, without the user and the password.</summary>
    public override string ToString() => BrokerAddress.TryParse(Uri, out var address, out _) ? $"RabbitMqOptions {{ {address} }}" : "RabbitMqOptions";

    private IEnumerable<Fault> Ranges()
    {
        foreach (var (name, value, least, most) in new (string, double, double, double)[]
                 {
                     (nameof(PublishChannels), PublishChannels, 1, 64), (nameof(MaxInFlight), MaxInFlight, 1, 65_536), (nameof(Prefetch), Prefetch ?? 1, 1, ushort.MaxValue),
                 })
        {
            if (value < least || value > most)
            {
                yield return new Fault(ErrorCodes.InvalidOption, $"RabbitMqOptions.{name} is {value}.", $"It must lie between {least} and {most}.");
            }
        }

        foreach (var (name, value, least, most) in new[]
                 {
                     (nameof(Heartbeat), Heartbeat, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(10)),
                     (nameof(ConnectTimeout), ConnectTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10)),
                     (nameof(PublishTimeout), PublishTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
                 })
        {
            if (value < least || value > most)
            {
                yield return new Fault(ErrorCodes.InvalidOption, $"RabbitMqOptions.{name} is {value}.", $"It must lie between {least} and {most}.");
            }
        }
    }
}
