using System.Text.Json;

namespace Aldis.PostgreSql.Rows;

/// <summary>
/// The three names of a column: the member in C# (<c>UpdatedAt</c>), the column (<c>updated_at</c>) and the name in JSON (<c>updatedAt</c>). The second and third
/// follow from the first, unless something else is said.
/// </summary>
internal sealed class ColumnNames
{
    private readonly Dictionary<string, string> _columnOf = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _jsonOf = new(StringComparer.Ordinal);

    /// <summary>Says that a member has a column of another name.</summary>
    public void Say(string member, string column)
    {
        _columnOf[JsonOf(member)] = column;
        _jsonOf[column] = JsonOf(member);
    }

    /// <summary>The column of a member.</summary>
    public string Of(string member) => OfJson(JsonOf(member));

    /// <summary>The column of a name in JSON.</summary>
    public string OfJson(string name) => _columnOf.GetValueOrDefault(name) ?? JsonNamingPolicy.SnakeCaseLower.ConvertName(name);

    /// <summary>The name in JSON of a column: <c>updated_at</c> is <c>updatedAt</c>. One that is not written so keeps its name.</summary>
    public string ToJson(string column) => _jsonOf.TryGetValue(column, out var said) ? said : Camel(column);

    public static string JsonOf(string member) => JsonNamingPolicy.CamelCase.ConvertName(member);

    private static string Camel(string column) => string.Create(column.Length - Breaks(column), column, static (name, text) =>
    {
        var length = 0;
        for (var index = 0; index < text.Length; index++)
        {
            name[length++] = IsBreak(text, index) ? char.ToUpperInvariant(text[++index]) : text[index];
        }
    });

    private static int Breaks(string column)
    {
        var breaks = 0;
        for (var index = 0; index < column.Length; index++)
        {
            if (IsBreak(column, index))
            {
                breaks++;
                index++;
            }
        }

        return breaks;
    }

    /// <summary>An underscore between two parts of a name; those at its ends belong to it.</summary>
    private static bool IsBreak(string column, int index) => index > 0 && column[index] == '_' && index + 1 < column.Length && char.IsAsciiLetterOrDigit(column[index + 1]);
}
