namespace Aldis.PostgreSql.Rows;

/// <summary>Names and texts in a script that is laid out by lines: a line break inside one of them is no end of a line, and stays as it is.</summary>
internal static class Sql
{
    private const char LineBreak = '\u0002';

    public static string Quote(string name) => Keep(Identifier.Quote(name));

    public static string Literal(string text) => Keep(Identifier.Literal(text));

    public static string Keep(string quoted) => quoted.Replace('\n', LineBreak);

    /// <summary>The script as it is run.</summary>
    public static string Finish(string script) => script.Replace(LineBreak, '\n');
}
