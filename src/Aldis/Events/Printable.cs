namespace Aldis.Events;

/// <summary>Text from outside as it may stand in a message or a log: short, and on one line.</summary>
internal static class Printable
{
    private const int Longest = 60;

    public static string Of(string? text)
    {
        text ??= "";
        var shown = text.Length > Longest ? text[..Longest] + "…" : text;
        return shown.Any(char.IsControl) ? string.Concat(shown.Select(character => char.IsControl(character) ? '?' : character)) : shown;
    }
}
