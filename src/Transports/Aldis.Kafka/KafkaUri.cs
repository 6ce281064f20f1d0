using System.Globalization;
using Aldis.Errors;

namespace Aldis.Kafka;

/// <summary>Reads a connection URI: <c>kafka://user:password@host:port,host:port?tls=true&amp;prefix=shop.</c> No error shows any of it but the name of a parameter.</summary>
internal static class KafkaUri
{
    private const string Beginning = "kafka://";

    private static readonly Dictionary<string, Func<KafkaOptions, string, KafkaOptions>> _parameters = new(StringComparer.OrdinalIgnoreCase)
    {
        ["tls"] = (options, value) => options with { Tls = bool.Parse(value) },
        ["ca"] = (options, value) => options with { CertificateAuthorities = value },
        ["mechanism"] = (options, value) => options with { SaslMechanism = value.ToUpperInvariant() },
        ["prefix"] = (options, value) => options with { Prefix = value },
        ["start"] = (options, value) => options with { Start = Position(value) },
        ["createTopics"] = (options, value) => options with { CreateTopics = bool.Parse(value) },
        ["partitions"] = (options, value) => options with { Partitions = int.Parse(value, CultureInfo.InvariantCulture) },
        ["replicas"] = (options, value) => options with { Replicas = short.Parse(value, CultureInfo.InvariantCulture) },
        ["transactions"] = (options, value) => options with { Transactions = bool.Parse(value) },
        ["instance"] = (options, value) => options with { InstanceId = value },
    };

    /// <summary>The options that a URI says.</summary>
    public static KafkaOptions Read(string uri)
    {
        if (!uri.StartsWith(Beginning, StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong("It has to begin with kafka://.");
        }

        var (address, query) = Cut(uri[Beginning.Length..], '?');
        var at = address.LastIndexOf('@');
        var options = new KafkaOptions { Servers = address[(at + 1)..].TrimEnd('/') };
        if (at >= 0)
        {
            var (user, password) = Cut(address[..at], ':');
            options = options with { UserName = Uri.UnescapeDataString(user), Password = Uri.UnescapeDataString(password) };
        }

        return query.Split('&', StringSplitOptions.RemoveEmptyEntries).Aggregate(options, Apply);
    }

    private static KafkaOptions Apply(KafkaOptions options, string parameter)
    {
        var (name, value) = Cut(parameter, '=');
        if (!_parameters.TryGetValue(name, out var apply))
        {
            throw Wrong($"It has a parameter that is not known. There is: {string.Join(", ", _parameters.Keys)}.");
        }

        try
        {
            return apply(options, Uri.UnescapeDataString(value));
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            throw Wrong($"Its parameter '{name}' has a value that cannot be read.");
        }
    }

    private static KafkaPosition Position(string value) => value.ToUpperInvariant() switch
    {
        "END" => KafkaPosition.End,
        "BEGINNING" => KafkaPosition.Beginning,
        _ => KafkaPosition.At(DateTimeOffset.Parse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal)),
    };

    private static (string Before, string After) Cut(string text, char separator)
    {
        var index = text.IndexOf(separator, StringComparison.Ordinal);
        return index < 0 ? (text, "") : (text[..index], text[(index + 1)..]);
    }

    private static ConfigurationException Wrong(string why)
        => new([new Fault(ErrorCodes.InvalidOption, "The connection URI of Kafka cannot be read.", why, "Write it like kafka://host:9092, with commas between several brokers.")]);
}
