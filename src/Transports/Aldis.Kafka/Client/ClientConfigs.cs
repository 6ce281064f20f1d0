using Confluent.Kafka;

namespace Aldis.Kafka;

/// <summary>How the clients are set up, and why.</summary>
internal static class ClientConfigs
{
    /// <summary>Two heartbeats of 3 seconds: a broker that does not answer for so long is given up, and its connection closed.</summary>
    private const int SocketTimeoutMs = 6000;

    /// <summary>How much of a topic a consumer may fetch ahead, in KiB. The usual 64 MiB for each group is a lot for a process of many groups.</summary>
    private const int FetchAheadKib = 16 * 1024;

    private static readonly HashSet<string> _own = new(StringComparer.OrdinalIgnoreCase)
    {
        "bootstrap.servers", "metadata.broker.list", "acks", "request.required.acks", "enable.idempotence", "enable.auto.commit", "enable.auto.offset.store", "group.id", "group.protocol",
        "partition.assignment.strategy", "auto.offset.reset", "isolation.level", "transactional.id", "enable.partition.eof", "sasl.username", "sasl.password",
    };

    /// <summary>Whether a setting is not for the user to make.</summary>
    public static bool IsOwn(string name) => _own.Contains(name);

    /// <summary>Every publish is acknowledged by all replicas in sync, and stored once and in order although the client repeats requests.</summary>
    public static ProducerConfig Producer(KafkaOptions options, string? transactionalId = null)
    {
        var config = new ProducerConfig
        {
            Acks = Acks.All, EnableIdempotence = true, LingerMs = options.Linger.TotalMilliseconds, MessageTimeoutMs = Milliseconds(options.DeliveryTimeout),
            Partitioner = Partitioner.Murmur2Random,    // That of the Java client, so that programs of any language put a key into the same partition.
            DeliveryReportFields = "status", MessageMaxBytes = options.MaxRecordBytes, RequestTimeoutMs = Math.Min(10_000, Milliseconds(options.DeliveryTimeout)),
        };
        if (transactionalId is not null)
        {
            config.TransactionalId = transactionalId;
            config.TransactionTimeoutMs = 60_000;
        }

        return Complete(config, options);
    }

    /// <summary>Offsets are committed by the receiver, when what lies before them is settled.</summary>
    public static ConsumerConfig Consumer(KafkaOptions options, string group)
    {
        var config = new ConsumerConfig
        {
            GroupId = group, EnableAutoCommit = false, EnableAutoOffsetStore = false, IsolationLevel = IsolationLevel.ReadCommitted,
            PartitionAssignmentStrategy = PartitionAssignmentStrategy.CooperativeSticky, SessionTimeoutMs = Milliseconds(options.SessionTimeout),
            HeartbeatIntervalMs = Math.Min(3000, Milliseconds(options.SessionTimeout / 4)), GroupInstanceId = options.InstanceId,
            // A group that begins at the end says so when it is opened. What has no place later is a partition that is new, or whose place has been deleted: nothing of it is passed over.
            AutoOffsetReset = AutoOffsetReset.Earliest, QueuedMaxMessagesKbytes = FetchAheadKib, FetchMaxBytes = Math.Max(FetchAheadKib * 1024, options.MaxRecordBytes),
            MessageMaxBytes = options.MaxRecordBytes, AllowAutoCreateTopics = !options.CreateTopics,
        };
        return Complete(config, options);
    }

    /// <summary>Reads topics from end to end, for nobody's group.</summary>
    public static ConsumerConfig Reader(KafkaOptions options)
    {
        var config = Consumer(options, "aldis.reader");
        (config.EnablePartitionEof, config.GroupInstanceId, config.StatisticsIntervalMs) = (true, null, 0);
        return config;
    }

    /// <summary>Asks about topics and groups.</summary>
    public static AdminClientConfig Admin(KafkaOptions options)
    {
        var config = Complete(new AdminClientConfig(), options);
        config.StatisticsIntervalMs = 0;
        return config;
    }

    private static T Complete<T>(T config, KafkaOptions options) where T : ClientConfig
    {
        config.BootstrapServers = Servers.Complete(options.Servers);
        config.ClientId = "aldis";
        config.SocketTimeoutMs = SocketTimeoutMs;
        config.SocketKeepaliveEnable = true;
        // A broker that is back is found within a second, and a fleet does not come all at once.
        config.ReconnectBackoffMs = 100;
        config.ReconnectBackoffMaxMs = 1000;
        config.StatisticsIntervalMs = options.OnStatistics is null ? 0 : Milliseconds(options.StatisticsInterval);
        Secure(config, options);
        foreach (var (name, value) in options.ClientSettings)
        {
            config.Set(name, value);
        }

        return config;
    }

    private static void Secure(ClientConfig config, KafkaOptions options)
    {
        config.SecurityProtocol = (options.Tls, options.UserName) switch
        {
            (false, null) => SecurityProtocol.Plaintext,
            (true, null) => SecurityProtocol.Ssl,
            (false, _) => SecurityProtocol.SaslPlaintext,
            (true, _) => SecurityProtocol.SaslSsl,
        };
        if (options.Tls)
        {
            config.EnableSslCertificateVerification = true;
            config.SslEndpointIdentificationAlgorithm = SslEndpointIdentificationAlgorithm.Https;
            config.SslCaLocation = options.CertificateAuthorities;
        }

        if (options.UserName is not null)
        {
            config.Set("sasl.mechanism", options.SaslMechanism);
            (config.SaslUsername, config.SaslPassword) = (options.UserName, options.Password);
        }
    }

    private static int Milliseconds(TimeSpan span) => checked((int)Math.Ceiling(span.TotalMilliseconds));
}
