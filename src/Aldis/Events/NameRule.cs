using Aldis.Errors;

namespace Aldis.Events;

/// <summary>
/// The one rule for the names of topics and groups, chosen so that every transport can carry every name as it is:
/// no separator of a path, a URI, a routing key's wildcard or an SQL string is in it.
/// </summary>
internal static class NameRule
{
    public const int MaxLength = 100;

    public static string Check(string? name, string kind)
        => Explain(name) is { } why
            ? throw new AldisException(new Fault(ErrorCodes.InvalidName, $"The {kind} '{Printable.Of(name)}' is not valid.", why))
            : name!;

    public static string? Explain(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return "It is empty.";
        }

        if (name.Length > MaxLength)
        {
            return $"It has {name.Length} characters; {MaxLength} are allowed.";
        }

        foreach (var character in name)
        {
            if (!char.IsAsciiLetterOrDigit(character) && character is not ('-' or '_' or '.'))
            {
                return $"It has the character U+{(int)character:X4}.";
            }
        }

        if (!char.IsAsciiLetterOrDigit(name[0]) || !char.IsAsciiLetterOrDigit(name[^1]))
        {
            return "It does not begin and end with a letter or a digit.";
        }

        return name.Contains("..", StringComparison.Ordinal) ? "It has two dots in a row." : null;
    }
}
