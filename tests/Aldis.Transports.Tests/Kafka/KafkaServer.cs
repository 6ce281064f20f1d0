namespace Aldis.Transports.Tests.Kafka;

/// <summary>
/// The cluster that tests use: the one that <c>ALDIS_TEST_KAFKA=host:port</c> names, else one for the whole run inside this process. Each test has a prefix of its own, so
/// that nobody sees the topics of another.
/// </summary>
internal static class KafkaServer
{
    private static readonly Lazy<KafkaMock> _mock = new(() => new KafkaMock());
    private static int _prefixes;

    /// <summary>The real cluster, or null.</summary>
    public static string? Real { get; } = Environment.GetEnvironmentVariable("ALDIS_TEST_KAFKA") is { Length: > 0 } servers ? servers : null;

    /// <summary>Options for a test.</summary>
    public static KafkaOptions Options() => Real is null ? Mocked(_mock.Value.Servers) : new KafkaOptions { Servers = Real, Prefix = Prefix() };

    /// <summary>
    /// Options for a mock cluster, which makes no topics when it is asked to. It lets a group wait for the session timeout less a second whenever a member comes or goes, answers
    /// a fetch either at once or when its time is over, and takes no commit while a group waits: so the test commits often.
    /// </summary>
    public static KafkaOptions Mocked(string servers) => new()
    {
        Servers = servers, Prefix = Prefix(), CreateTopics = false, SessionTimeout = TimeSpan.FromSeconds(2), CommitInterval = TimeSpan.FromMilliseconds(10),
        ClientSettings = new Dictionary<string, string> { ["fetch.wait.max.ms"] = "20", ["heartbeat.interval.ms"] = "100" },
    };

    private static string Prefix() => $"t{Environment.ProcessId}-{Interlocked.Increment(ref _prefixes)}.";
}
