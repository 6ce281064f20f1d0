using System.Text;

namespace Aldis.Product.Tests;

/// <summary>The main job: what goes in as rows comes out as invoices, dead letters or rejected rows, whatever happens on the way.</summary>
public sealed class StorefrontTests : IDisposable
{
    private const string Header = "id,customer,total\n";

    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_orders_that_ship_with_it_come_to_the_line_that_the_readme_shows()
    {
        var expected = Repository.Read("samples", "expected", "storefront.txt").Trim();
        Assert.Equal((0, expected), await LastLineAsync(["--fresh"]));
        Assert.Equal((0, expected), await LastLineAsync([]));
    }

    [Theory]
    [InlineData("A,Ada,1.50\nB,Bob,2\n", 2, 2, 0, 0, "plain rows")]
    [InlineData("A,Ada,1.50\r\nB,Bob,2", 2, 2, 0, 0, "CRLF, and no line break at the end")]
    [InlineData("\nA,Ada,1.50\n\n  \nB,Bob,2\n\n", 2, 2, 0, 0, "blank lines")]
    [InlineData("A,\"Byron, Ada\",1.50\nB,\"The \"\"Blue\"\" Lamp\",2\n", 2, 2, 0, 0, "quotes and commas")]
    [InlineData("A,\"two\nlines\",1.50\nB,Bob,2\n", 2, 2, 0, 0, "a line break inside quotes")]
    [InlineData("A,Ada,1\nA,Ada,1\nA,Another,2\n", 1, 1, 0, 0, "one id three times")]
    [InlineData("A,Ada,-1\nB,Bob,0\n", 2, 1, 1, 0, "a negative total and zero")]
    [InlineData("A,Ada\nB,Bob,2,3\nC,Cy,3\n", 1, 1, 0, 2, "too few and too many fields")]
    [InlineData(" ,Ada,1\n,Ada,1\nC,Cy,3\n", 1, 1, 0, 2, "blank ids")]
    [InlineData("A,Ada,1e3\nB,Bob,0x10\nC,Cy,NaN\nD,Di,\nE,Eve,\"1,000\"\nF,Fay,12.5\n", 1, 1, 0, 5, "totals that are no plain decimals")]
    [InlineData("A,\"Ada,1\nB,Bob,2\nC,Cy,3\n", 2, 2, 0, 1, "a quote that is never closed costs its own line only")]
    [InlineData("A,5\" pipe,1\nB,Bob,2\nC,6\" pipe,3\nD,Di,4\n", 2, 2, 0, 2, "stray quotes cost their own lines only")]
    [InlineData("", 0, 0, 0, 0, "nothing")]
    public async Task Rows_are_orders_or_are_rejected(string rows, int orders, int invoiced, int dead, int rejected, string what)
    {
        var (exit, line) = await LastLineAsync(["-"], Header + rows);
        Assert.True(exit == 0, what);
        Assert.Equal($"orders {orders}  invoiced {invoiced}  audited {orders}  retried {0}  dead-lettered {dead}  rejected-rows {rejected}  lost 0",
            System.Text.RegularExpressions.Regex.Replace(line, "retried [0-9]+", "retried 0"));
    }

    [Fact]
    public async Task A_rejected_row_is_reported_with_its_line_number()
    {
        var (_, lines) = await SampleProgram.RunAsync("storefront", _folder, ["-"], Header + "A,\"two\nlines\",1\nB,Bob,much\nC,Cy,3\n");
        Assert.Contains(lines, line => line.StartsWith("line 4: ", StringComparison.Ordinal));
        Assert.Single(lines, line => line.StartsWith("line ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_byte_order_mark_and_a_file_without_a_header_are_fine()
    {
        var file = Path.Combine(_folder, "orders.csv");
        await File.WriteAllTextAsync(file, "A,Ada,1\nB,Bob,2\n", new UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        var (_, line) = await LastLineAsync([file]);
        Assert.StartsWith("orders 2  invoiced 2 ", line, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_figures_are_of_the_whole_database()
    {
        await LastLineAsync(["-"], Header + "A,Ada,1\nX\n");
        var (_, line) = await LastLineAsync(["-"], Header + "A,Ada,1\nX\nB,Bob,-2\n");
        Assert.Equal("orders 2  invoiced 1  audited 2  retried 0  dead-lettered 1  rejected-rows 1  lost 0", line);
    }

    [Theory]
    [InlineData("there is no file", "nowhere.csv")]
    [InlineData("usage: ", "--what")]
    [InlineData("usage: ", "one.csv", "two.csv")]
    public async Task Wrong_usage_is_said_and_ends_with_1(string said, params string[] arguments)
    {
        var (exit, lines) = await SampleProgram.RunAsync("storefront", _folder, arguments);
        Assert.Equal(1, exit);
        Assert.Contains(lines, line => line.Contains(said, StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_file_that_is_no_database_is_said_so_and_left_alone()
    {
        var file = Path.Combine(_folder, "storefront.db");
        await File.WriteAllTextAsync(file, "my diary");
        var (exit, line) = await LastLineAsync([]);
        Assert.Equal(1, exit);
        Assert.Contains("ALD2001", line, StringComparison.Ordinal);
        Assert.Equal("my diary", await File.ReadAllTextAsync(file));
    }

    private async Task<(int Exit, string Line)> LastLineAsync(string[] arguments, string? input = null)
    {
        var (exit, lines) = await SampleProgram.RunAsync("storefront", _folder, arguments, input);
        return (exit, lines[^1]);
    }
}
