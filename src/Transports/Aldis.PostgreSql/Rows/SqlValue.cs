using System.Globalization;
using Aldis.Errors;

namespace Aldis.PostgreSql.Rows;

/// <summary>Values of C# as literals of SQL, always quoted: the type is that of the column beside which they stand.</summary>
internal static class SqlValue
{
    public static string Of<T>(T value) => value switch
    {
        DateTime time => Sql.Literal(time.ToString("O", CultureInfo.InvariantCulture)),
        DateTimeOffset time => Sql.Literal(time.ToString("O", CultureInfo.InvariantCulture)),
        DateOnly date => Sql.Literal(date.ToString("O", CultureInfo.InvariantCulture)),
        TimeOnly time => Sql.Literal(time.ToString("O", CultureInfo.InvariantCulture)),
        TimeSpan span => Sql.Literal(span.TotalSeconds.ToString("R", CultureInfo.InvariantCulture) + " seconds"),
        string text => Sql.Literal(text),
        IFormattable number => Sql.Literal(number.ToString(null, CultureInfo.InvariantCulture)),
        _ => throw new AldisException(new Fault(ErrorCodes.InvalidOption, $"A {typeof(T)} cannot be the bound of a declared rule.", "It can be a number, a text or a time.")),
    };
}
