using Aldis.Errors;

namespace Aldis.Kafka;

/// <summary>What must hold of the options, each rule in one place.</summary>
internal static class OptionRules
{
    /// <summary>A topic is <c>prefix</c> + <c>topic..group.retry</c>, and Kafka allows 249 characters.</summary>
    private const int MaxPrefix = 40;

    private static readonly string[] _mechanisms = ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"];

    public static IEnumerable<Fault> Check(KafkaOptions options) =>
        Texts(options).Concat(Numbers(options)).Concat(Spans(options)).Concat(options.ClientSettings.Keys.Where(ClientConfigs.IsOwn).Select(key => Wrong(
            $"KafkaOptions.ClientSettings has '{key}'.", "What this transport promises rests on its own value.")));

    private static IEnumerable<Fault> Texts(KafkaOptions options)
    {
        if (Servers.Fault(options.Servers) is { } why)
        {
            yield return Wrong("KafkaOptions.Servers names no brokers.", why);
        }

        if (options.Prefix.Length > MaxPrefix || !options.Prefix.All(IsLetter) || options.Prefix.Contains("..", StringComparison.Ordinal))
        {
            yield return Wrong("KafkaOptions.Prefix cannot begin a topic.", $"At most {MaxPrefix} letters, digits, '.', '_' and '-' are allowed, without two dots in a row.");
        }

        if (!_mechanisms.Contains(options.SaslMechanism))
        {
            yield return Wrong("KafkaOptions.SaslMechanism is none that is known.", $"It must be {string.Join(", ", _mechanisms)}.");
        }

        if (options.UserName is null != options.Password is null)
        {
            yield return Wrong("KafkaOptions has one of UserName and Password.", "SASL needs both.");
        }

        if (options is { UserName: not null, Tls: false, SaslMechanism: "PLAIN" })
        {
            yield return Wrong("KafkaOptions would send its password as it is.", "The mechanism is PLAIN, and the connection is not encrypted.", "Set Tls, or use SCRAM-SHA-512.");
        }
    }

    private static IEnumerable<Fault> Numbers(KafkaOptions options)
    {
        foreach (var (name, value, least) in new[]
                 {
                     (nameof(options.Partitions), options.Partitions ?? 1, 1), (nameof(options.Replicas), options.Replicas ?? 1, 1),
                     (nameof(options.MaxRecordBytes), options.MaxRecordBytes, 1000), (nameof(options.MaxWaiting), options.MaxWaiting, 1),
                 })
        {
            if (value < least)
            {
                yield return Wrong($"KafkaOptions.{name} is {value}.", $"It must be at least {least}.");
            }
        }
    }

    private static IEnumerable<Fault> Spans(KafkaOptions options)
    {
        foreach (var (name, value, least, most) in new[]
                 {
                     (nameof(options.Linger), options.Linger, TimeSpan.Zero, TimeSpan.FromMinutes(1)),
                     (nameof(options.DeliveryTimeout), options.DeliveryTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
                     (nameof(options.CommitInterval), options.CommitInterval, TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)),
                     (nameof(options.SessionTimeout), options.SessionTimeout, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30)),
                     (nameof(options.HandOverTimeout), options.HandOverTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(4)),
                     (nameof(options.StatisticsInterval), options.StatisticsInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromDays(1)),
                 })
        {
            if (value < least || value > most)
            {
                yield return Wrong($"KafkaOptions.{name} is {value}.", $"It must lie between {least} and {most}.");
            }
        }
    }

    private static bool IsLetter(char character) => char.IsAsciiLetterOrDigit(character) || character is '.' or '_' or '-';

    private static Fault Wrong(string what, string why, string? remedy = null) => new(ErrorCodes.InvalidOption, what, why, remedy);
}
