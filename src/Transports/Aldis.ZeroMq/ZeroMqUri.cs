using Aldis.Errors;

namespace Aldis.ZeroMq;

/// <summary>Reads a connection URI: <c>zmq:peers.txt</c>, or <c>zmq://host:port?peers=host:port,host:port&amp;level=bestEffort&amp;keys=fleet.keys</c>.</summary>
internal static class ZeroMqUri
{
    private const string Scheme = "zmq:";

    private static readonly Dictionary<string, Func<ZeroMqOptions, string, ZeroMqOptions>> _parameters = new(StringComparer.OrdinalIgnoreCase)
    {
        ["peers"] = (options, value) => options with { Peers = value.Split(',', StringSplitOptions.RemoveEmptyEntries) },
        ["peersFile"] = (options, value) => options with { PeersFile = value },
        ["announce"] = (options, value) => options with { Announce = bool.Parse(value) },
        ["announceAs"] = (options, value) => options with { AnnounceAs = value },
        ["level"] = (options, value) => options with { Level = Enum.Parse<ZeroMqLevel>(value, ignoreCase: true) },
        ["keys"] = (options, value) => options with { KeyFile = value },
        ["plainText"] = (options, value) => options with { AllowPlainText = bool.Parse(value) },
    };

    /// <summary>The options that a URI says.</summary>
    public static ZeroMqOptions Read(string uri)
    {
        var (place, query) = Cut(uri[Scheme.Length..], '?');
        var options = place.StartsWith("//", StringComparison.Ordinal)
            ? new ZeroMqOptions { Listen = place[2..].TrimEnd('/') }
            : new ZeroMqOptions { PeersFile = Uri.UnescapeDataString(place), Announce = true };
        return query.Split('&', StringSplitOptions.RemoveEmptyEntries).Aggregate(options, Apply);
    }

    private static ZeroMqOptions Apply(ZeroMqOptions options, string parameter)
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
        catch (Exception error) when (error is FormatException or ArgumentException)
        {
            throw Wrong($"Its parameter '{name}' has a value that cannot be read.");
        }
    }

    private static AldisException Wrong(string why) => new(new Fault(ErrorCodes.InvalidOption, "The connection URI of ZeroMQ cannot be read.", why,
        "Write zmq:peers.txt, or zmq://127.0.0.1:7001?peers=127.0.0.1:7002."));

    private static (string Before, string After) Cut(string text, char at)
    {
        var place = text.IndexOf(at, StringComparison.Ordinal);
        return place < 0 ? (text, "") : (text[..place], text[(place + 1)..]);
    }
}
