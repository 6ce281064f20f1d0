using Aldis.Errors;

namespace Aldis.Transports;

/// <summary>Which transport a bus will have: the one that the code uses, else the one that a connection URI names among those accepted.</summary>
internal sealed class TransportChoice
{
    private readonly Dictionary<string, TransportScheme> _accepted = new(StringComparer.OrdinalIgnoreCase)
    {
        ["memory"] = new("memory", "memory:", (_, context) => new InMemoryTransport(new InMemoryOptions(), context.Time)),
    };

    private readonly List<Func<ITransport, TransportContext, ITransport>> _wraps = [];
    private Func<TransportContext, ITransport>? _open;
    private IEnumerable<Fault> _faults = [];
    private string? _uri;

    public void Use(Func<TransportContext, ITransport> open, IEnumerable<Fault> faults) => (_open, _faults) = (open, faults);

    public void UseConnection(string uri) => _uri = uri;

    public void Wrap(Func<ITransport, TransportContext, ITransport> wrap) => _wraps.Add(wrap);

    public void Accept(TransportScheme scheme) => _accepted[scheme.Name] = scheme;

    /// <summary>Makes the transport, and what is put around it.</summary>
    /// <exception cref="AldisException">None is chosen, its options are wrong, or the URI names one that is not accepted.</exception>
    public ITransport Open(TransportContext context) => _wraps.Aggregate(OpenChosen(context), (transport, wrap) => wrap(transport, context));

    private ITransport OpenChosen(TransportContext context)
    {
        if (_open is not null)
        {
            return _faults.ToArray() is { Length: > 0 } faults ? throw new ConfigurationException(faults) : _open(context);
        }

        if (_uri is null)
        {
            throw new AldisException(new Fault(ErrorCodes.NoTransport, "The bus has no transport."));
        }

        var scheme = SchemeOf(_uri);
        return _accepted.TryGetValue(scheme, out var accepted) ? accepted.Open(_uri, context) : throw Unknown(scheme);
    }

    /// <summary>What stands before the first colon, if that has the form of a scheme (RFC 3986, 3.1); else nothing.</summary>
    private static string SchemeOf(string uri)
    {
        var scheme = uri[..Math.Max(uri.IndexOf(':', StringComparison.Ordinal), 0)];
        return scheme.All(character => char.IsAsciiLetterOrDigit(character) || character is '+' or '-' or '.') ? scheme : "";
    }

    /// <summary>The rest of the URI is not shown: it may hold a password. What is no URI at all may be one as a whole.</summary>
    private AldisException Unknown(string scheme)
    {
        var shown = scheme.Length > 20 ? scheme[..20] + "…" : scheme;
        var what = scheme.Length == 0
            ? "The connection URI does not begin with a scheme and a colon."
            : $"The connection URI begins with '{shown}', which is no scheme this program accepts.";
        var (nearest, distance) = _accepted.Keys.Order(StringComparer.Ordinal).Select(name => (name, Distance(name, scheme.ToLowerInvariant()))).MinBy(one => one.Item2);
        var hint = distance <= scheme.Length / 2 ? $" The nearest is '{nearest}'." : "";
        var all = string.Join(", ", _accepted.Values.OrderBy(known => known.Name, StringComparer.Ordinal).Select(known => known.Example));
        return new AldisException(new Fault(ErrorCodes.UnknownScheme, what,
            $"It accepts: {all}.{hint}",
            "Correct the scheme, or let the program accept the transport, for example with bus.AcceptSqlite()."));
    }

    /// <summary>How many letters have to be added, taken away or changed (Levenshtein).</summary>
    private static int Distance(string left, string right)
    {
        var row = Enumerable.Range(0, right.Length + 1).ToArray();
        for (var i = 1; i <= left.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= right.Length; j++)
            {
                var change = diagonal + (left[i - 1] == right[j - 1] ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.Min(change, Math.Min(row[j], row[j - 1]) + 1);
            }
        }

        return row[^1];
    }
}
