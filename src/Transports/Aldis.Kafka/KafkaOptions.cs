using Aldis.Errors;

namespace Aldis;

/// <summary>Where a Kafka cluster is, and how it is used.</summary>
public sealed record KafkaOptions
{
    /// <summary>Some of the cluster's brokers, <c>host:port</c>, with commas between them; the others are found through them. Without a port it is 9092.</summary>
    public required string Servers { get; init; }

    /// <summary>What every topic and consumer group of the bus begins with, so that several applications share a cluster. Default: nothing.</summary>
    public string Prefix { get; init; } = "";

    /// <summary>Where a group begins that has never been there. Default: <see cref="KafkaPosition.End"/>.</summary>
    public KafkaPosition Start { get; init; } = KafkaPosition.End;

    /// <summary>
    /// Whether topics that are missing are made by the bus, which needs the right to do so. Where not, they are there already, or the cluster makes them by
    /// itself (<c>auto.create.topics.enable</c>). Default: true.
    /// </summary>
    public bool CreateTopics { get; init; } = true;

    /// <summary>How many partitions a topic gets that the bus makes. Default: what the cluster says.</summary>
    public int? Partitions { get; init; }

    /// <summary>On how many brokers a topic is kept that the bus makes. Default: what the cluster says.</summary>
    public short? Replicas { get; init; }

    /// <summary>How long an event may wait for others to be sent in one request. Default: 1 millisecond; what is published together goes together in any case.</summary>
    public TimeSpan Linger { get; init; } = TimeSpan.FromMilliseconds(1);

    /// <summary>How long a publish is tried before it fails with ALD2203. Default: 30 seconds.</summary>
    public TimeSpan DeliveryTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// How often the progress of a group is committed while it works. What a process had handled since then comes again if it is killed; a process that ends by itself commits
    /// everything. Default: 1 second.
    /// </summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How long a process may be silent before its partitions are given to others. The brokers allow 6 seconds to 30 minutes, unless they are told otherwise. Default: 10 seconds.
    /// </summary>
    public TimeSpan SessionTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long what is being handled may take to be settled when its partition goes to another member, which waits for it; what is not settled by then comes again there.
    /// Meanwhile this process gets nothing new of its other partitions of the topic. Default: 30 seconds.
    /// </summary>
    public TimeSpan HandOverTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The name of this process among those of its application, when it always comes back under it: then a restart within <see cref="SessionTimeout"/> moves no
    /// partitions. Default: null, it has none.
    /// </summary>
    public string? InstanceId { get; init; }

    /// <summary>
    /// Whether a settlement and what was published with it are one transaction of Kafka, so that they happen together or not at all; readers of
    /// the outcome have to read committed records only, as Aldis does. Costs a transaction for each batch of settlements. Default: false.
    /// </summary>
    public bool Transactions { get; init; }

    /// <summary>The largest record, in bytes. Topics that the bus makes allow it; others have to. Default: 2 MiB.</summary>
    public int MaxRecordBytes { get; init; } = 2 << 20;

    /// <summary>
    /// How many events that wait to be tried again one receiver keeps in memory. Where more wait, the others of the retry topic wait behind them, whenever they are due.
    /// Default: 10,000.
    /// </summary>
    public int MaxWaiting { get; init; } = 10_000;

    /// <summary>Whether connections are encrypted (TLS); the brokers' certificates and names are verified. Default: false.</summary>
    public bool Tls { get; init; }

    /// <summary>A file with the certificates of the authorities to trust, in PEM. Default: those of the system.</summary>
    public string? CertificateAuthorities { get; init; }

    /// <summary>The user for SASL. Default: null, no SASL.</summary>
    public string? UserName { get; init; }

    /// <summary>The user's password. It is in no text that this library makes.</summary>
    public string? Password { get; init; }

    /// <summary>How the user proves the password: <c>SCRAM-SHA-512</c>, <c>SCRAM-SHA-256</c> or <c>PLAIN</c>. Default: SCRAM-SHA-512.</summary>
    public string SaslMechanism { get; init; } = "SCRAM-SHA-512";

    /// <summary>How often <see cref="OnStatistics"/> is told something. Default: 15 seconds.</summary>
    public TimeSpan StatisticsInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Is told how each client is doing. It must not block, and what it throws is ignored. Default: null, nothing is gathered.</summary>
    public Action<KafkaStatistics>? OnStatistics { get; init; }

    /// <summary>
    /// Further settings of librdkafka, by their names in its CONFIGURATION.md, for both kinds of clients. They come last; those on which the promises of this transport rest
    /// (<c>acks</c>, <c>enable.auto.commit</c> …) cannot be set. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> ClientSettings { get; init; } = new Dictionary<string, string>();

    /// <summary>Where the cluster is; nothing else, for the rest may be secret.</summary>
    public override string ToString() => $"kafka://{Servers}";

    /// <summary>Every fault of these options.</summary>
    public IEnumerable<Fault> Validate() => Kafka.OptionRules.Check(this);
}
