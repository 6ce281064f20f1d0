using System.Text;
using Aldis.Errors;

namespace Aldis.Product.Tests.Documents;

/// <summary>The page of error codes is made from the table. <c>ALDIS_WRITE_DOCS=1</c> writes it anew.</summary>
public sealed class ErrorPageTests
{
    [Fact]
    public void The_page_of_error_codes_is_the_table()
    {
        var page = Make();
        if (Environment.GetEnvironmentVariable("ALDIS_WRITE_DOCS") == "1")
        {
            File.WriteAllText(Repository.Folder("docs", "reference", "errors.md"), page);
        }

        Assert.Equal(page, Repository.Read("docs", "reference", "errors.md"));
    }

    private static string Make()
    {
        var page = new StringBuilder("""
            # Error codes

            Every error that Aldis raises begins with a code. It tells what happened, why, and what to do; this page has the codes in order. A code never
            changes its meaning. In C#: `AldisException.Code`.

            | code | what went wrong | what to do |
            |---|---|---|

            """);
        foreach (var code in ErrorCodes.All.OrderBy(code => code.Id, StringComparer.Ordinal))
        {
            page.Append("| ").Append(code.Id).Append(" | ").Append(Cell(code.Title)).Append(" | ").Append(Cell(code.Remedy)).Append(" |\n");
        }

        return page.ToString();
    }

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal);
}
