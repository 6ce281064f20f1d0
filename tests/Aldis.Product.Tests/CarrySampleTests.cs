using System.Text.RegularExpressions;

namespace Aldis.Product.Tests;

/// <summary>One program, unchanged but for one line, as one process and as two.</summary>
public sealed partial class CarrySampleTests : IDisposable
{
    private const string Name = "03-carry";
    private const string Open = "billing: open until Enter is pressed";

    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Without_the_line_it_is_a_program_of_one_process_that_does_the_same()
    {
        var source = Repository.Read("samples", Name + ".cs");
        var without = Line().Replace(source, "").Replace("../src/", Repository.Folder("src") + "/", StringComparison.Ordinal);
        Assert.DoesNotContain("EventBus", without, StringComparison.Ordinal);
        var program = Path.Combine(_folder, "alone");
        await File.WriteAllTextAsync(program + ".cs", without, TestContext.Current.CancellationToken);

        var (exit, lines) = await SampleProgram.RunAsync(program, _folder, []);

        Assert.Equal(0, exit);
        Assert.Equal(Repository.Read("samples", "expected", Name + ".txt").Trim(), string.Join('\n', lines));
    }

    [Fact]
    public async Task As_two_processes_it_does_the_same_although_billing_is_killed_before_the_orders_come()
    {
        var expected = Repository.Read("samples", "expected", Name + ".txt").Trim().Split('\n');
        using (var billing = await SampleProgram.StartAsync(Name, _folder, "billing"))
        {
            Assert.Equal(Open, await billing.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken));
            billing.Kill();
            await billing.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        using var shop = await SampleProgram.StartAsync(Name, _folder, "shop");
        using var again = await SampleProgram.StartAsync(Name, _folder, "billing");
        var (shopExit, invoices) = await SampleProgram.FinishAsync(shop);
        var (billingExit, orders) = await SampleProgram.FinishAsync(again, "\n");

        Assert.Equal((0, 0), (shopExit, billingExit));
        Assert.Equal(expected.Where(line => line.StartsWith("shop", StringComparison.Ordinal)), invoices);
        Assert.Equal(expected.Where(line => line.StartsWith("billing", StringComparison.Ordinal)), orders.Where(line => line != Open));
    }

    [GeneratedRegex(@"^await using var bus = .*\n", RegexOptions.Multiline)]
    private static partial Regex Line();
}
