using Aldis.Errors;

namespace Aldis.PostgreSql;

/// <summary>Names of schemas, tables and columns as they stand in SQL text.</summary>
internal static class Identifier
{
    /// <summary>The longest name PostgreSQL keeps; it cuts a longer one off without an error.</summary>
    public const int MaxBytes = 63;

    /// <summary>A name in double quotes, with those inside doubled: whatever it has in it, it is one name.</summary>
    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>A text as a literal, for the few places where SQL takes no parameter.</summary>
    public static string Literal(string text)
    {
        var quoted = $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
        return text.Contains('\\', StringComparison.Ordinal) ? $" E{quoted.Replace("\\", "\\\\", StringComparison.Ordinal)}" : quoted;
    }

    /// <summary>What is wrong with a name, or null.</summary>
    /// <param name="name">The name.</param>
    /// <param name="what">Whose it is, for the fault: <c>PostgreSqlOptions.Schema</c>.</param>
    public static Fault? Check(string? name, string what)
    {
        var why = name switch
        {
            null or "" => "It is empty.",
            _ when name.Contains('\0', StringComparison.Ordinal) => "It has a NUL character.",
            _ when System.Text.Encoding.UTF8.GetByteCount(name) > MaxBytes => $"It has more than {MaxBytes} bytes, of which PostgreSQL would cut off the rest.",
            _ => null,
        };
        return why is null ? null : new Fault(ErrorCodes.InvalidOption, $"{what} is not a name.", why);
    }
}
