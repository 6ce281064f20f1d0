using System.Globalization;

namespace Aldis.Dispatch;

/// <summary>
/// The sender of a carried event as text. Strings, numbers, characters and truth values cross a process's border, because they are the same on
/// the other side; any other sender arrives as null.
/// </summary>
internal static class SenderText
{
    /// <summary>For example <c>String:web-shop</c> or <c>Int32:7</c>; null for a sender that stays at home.</summary>
    public static string? Of(object? sender) => sender is string or decimal || (sender is not null && sender.GetType().IsPrimitive && sender is IConvertible)
        ? $"{((IConvertible)sender).GetTypeCode()}:{Uri.EscapeDataString(Convert.ToString(sender, CultureInfo.InvariantCulture)!)}"
        : null;

    /// <summary>The sender behind a text. What cannot be read, perhaps because another program wrote it, is null: a name on the wire makes nothing.</summary>
    public static object? Parse(string? text)
    {
        if (text?.Split(':', 2) is not [var code, var value] || !Enum.TryParse<TypeCode>(code, out var type)
            || type is not (TypeCode.String or TypeCode.Decimal or (>= TypeCode.Boolean and <= TypeCode.Double)))
        {
            return null;
        }

        try
        {
            return Convert.ChangeType(Uri.UnescapeDataString(value), type, CultureInfo.InvariantCulture);
        }
        catch (Exception error) when (error is FormatException or OverflowException)
        {
            return null;
        }
    }
}
