using Aldis.Errors;

namespace Aldis.Sqs;

/// <summary>Reads a connection URI: <c>sqs://region?fifo=true&amp;prefix=shop&amp;endpoint=http%3A%2F%2F127.0.0.1%3A4566</c>. No error shows any of it but the name of a parameter.</summary>
internal static class SqsUri
{
    private const string Beginning = "sqs://";

    private static readonly Dictionary<string, Func<SqsOptions, string, SqsOptions>> _parameters = new(StringComparer.OrdinalIgnoreCase)
    {
        ["endpoint"] = (options, value) => options with { Endpoint = value },
        ["prefix"] = (options, value) => options with { Topology = options.Topology with { Prefix = value } },
        ["fifo"] = (options, value) => options with { Topology = options.Topology with { Fifo = bool.Parse(value) } },
        ["useExisting"] = (options, value) => options with { Topology = options.Topology with { UseExisting = bool.Parse(value) } },
    };

    /// <summary>The options that a URI says.</summary>
    public static SqsOptions Read(string uri)
    {
        if (!uri.StartsWith(Beginning, StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong("It has to begin with sqs://.");
        }

        var (region, query) = Cut(uri[Beginning.Length..], '?');
        region = region.TrimEnd('/');
        if (region.Contains('@', StringComparison.Ordinal))
        {
            throw Wrong("It has a user. Credentials come from where the AWS SDK looks for them, or from SqsOptions.Credentials.");
        }

        return query.Split('&', StringSplitOptions.RemoveEmptyEntries).Aggregate(new SqsOptions { Region = region.Length == 0 ? null : region }, Apply);
    }

    private static SqsOptions Apply(SqsOptions options, string parameter)
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
        catch (FormatException)
        {
            throw Wrong($"Its parameter '{name}' has a value that cannot be read.");
        }
    }

    private static (string Before, string After) Cut(string text, char separator)
    {
        var index = text.IndexOf(separator, StringComparison.Ordinal);
        return index < 0 ? (text, "") : (text[..index], text[(index + 1)..]);
    }

    private static ConfigurationException Wrong(string why)
        => new([new Fault(ErrorCodes.InvalidOption, "The connection URI of SQS cannot be read.", why, "Write it like sqs://eu-central-1, or sqs:// for the region that the AWS SDK finds.")]);
}
