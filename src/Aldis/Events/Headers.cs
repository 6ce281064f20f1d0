using System.Collections;
using System.Text;
using Aldis.Errors;
using Aldis.Events;

namespace Aldis;

/// <summary>
/// Short texts that travel beside an event: trace context, correlation, what the application adds. Immutable; keeps the order
/// in which names were first added; safe for any thread. Names are compared letter by letter.
/// </summary>
public sealed class Headers : IReadOnlyCollection<KeyValuePair<string, string>>
{
    private const int MaxNameLength = 64;

    private readonly KeyValuePair<string, string>[] _items;

    private Headers(KeyValuePair<string, string>[] items) => _items = items;

    /// <summary>No headers.</summary>
    public static Headers Empty { get; } = new([]);

    /// <summary>How many headers there are.</summary>
    public int Count => _items.Length;

    /// <summary>The size of all names and values in UTF-8, in bytes.</summary>
    public int ByteCount => _items.Sum(item => item.Key.Length + Encoding.UTF8.GetByteCount(item.Value));

    /// <summary>The value of a header, or null where there is none of that name.</summary>
    /// <param name="name">The name.</param>
    public string? this[string name]
    {
        get
        {
            foreach (var item in _items)
            {
                if (item.Key == name)
                {
                    return item.Value;
                }
            }

            return null;
        }
    }

    /// <summary>These headers and one more. A header of that name is replaced, in its place.</summary>
    /// <param name="name">1 to 64 lower-case ASCII letters, digits, '-', '_' and '.'; not beginning with <c>ce-</c> or <c>ce_</c>.</param>
    /// <param name="value">Any text without control characters.</param>
    /// <exception cref="AldisException">ALD1002: the name or the value is not valid.</exception>
    public Headers With(string name, string value)
    {
        CheckName(name);
        CheckValue(name, value);
        var added = KeyValuePair.Create(name, value);
        var index = Array.FindIndex(_items, item => item.Key == name);
        if (index < 0)
        {
            return new Headers([.. _items, added]);
        }

        var copy = _items.AsSpan().ToArray();
        copy[index] = added;
        return new Headers(copy);
    }

    /// <summary>These headers but one.</summary>
    internal Headers Without(string name) => this[name] is null ? this : new Headers([.. _items.Where(item => item.Key != name)]);

    /// <summary>Makes headers from pairs; of two with one name the later wins.</summary>
    /// <param name="items">The pairs.</param>
    /// <exception cref="AldisException">ALD1002: a name or a value is not valid.</exception>
    public static Headers Of(params ReadOnlySpan<(string Name, string Value)> items)
    {
        var places = new Dictionary<string, int>(items.Length);
        var headers = new List<KeyValuePair<string, string>>(items.Length);
        foreach (var (name, value) in items)
        {
            CheckName(name);
            CheckValue(name, value);
            if (places.TryAdd(name, headers.Count))
            {
                headers.Add(new(name, value));
            }
            else
            {
                headers[places[name]] = new(name, value);
            }
        }

        return headers.Count == 0 ? Empty : new Headers([.. headers]);
    }

    /// <inheritdoc/>
    public IEnumerator<KeyValuePair<string, string>> GetEnumerator() => ((IEnumerable<KeyValuePair<string, string>>)_items).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>The names only: values may be secrets.</summary>
    public override string ToString() => string.Join(", ", _items.Select(item => item.Key));

    /// <summary>Whether there can be such a header.</summary>
    internal static bool IsValid(string name, string value) => ExplainName(name) is null && !value.Any(char.IsControl);

    private static void CheckName(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (ExplainName(name) is { } why)
        {
            throw new AldisException(new Fault(ErrorCodes.InvalidHeader, $"The header name '{Printable.Of(name)}' is not valid.", why));
        }
    }

    private static string? ExplainName(string name)
    {
        if (name.Length is 0 or > MaxNameLength)
        {
            return $"It has {name.Length} characters; 1 to {MaxNameLength} are allowed.";
        }

        foreach (var character in name)
        {
            if (!char.IsAsciiLetterLower(character) && !char.IsAsciiDigit(character) && character is not ('-' or '_' or '.'))
            {
                return $"It has the character U+{(int)character:X4}.";
            }
        }

        return name.StartsWith("ce-", StringComparison.Ordinal) || name.StartsWith("ce_", StringComparison.Ordinal)
            ? "Names beginning with 'ce-' and 'ce_' belong to the attributes of the event itself."
            : null;
    }

    private static void CheckValue(string name, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        foreach (var character in value)
        {
            if (char.IsControl(character))
            {
                throw new AldisException(new Fault(ErrorCodes.InvalidHeader, $"The value of the header '{name}' is not valid.",
                    $"It has the control character U+{(int)character:X4}, which could smuggle in another header."));
            }
        }
    }
}
