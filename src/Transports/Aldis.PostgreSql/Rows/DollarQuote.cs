namespace Aldis.PostgreSql.Rows;

/// <summary>The quotes of a body of code.</summary>
internal static class DollarQuote
{
    /// <summary>A quote that the body does not have in it, whatever texts stand there.</summary>
    public static string For(string name, string body)
    {
        var quote = $"${name}$";
        for (var number = 1; body.Contains(quote, StringComparison.Ordinal); number++)
        {
            quote = $"${name}_{number}$";
        }

        return quote;
    }
}
