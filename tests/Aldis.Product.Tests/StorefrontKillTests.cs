namespace Aldis.Product.Tests;

/// <summary>kill -9 at random moments, then once to the end: nothing lost, nothing billed twice, and the same last line as without a kill.</summary>
[Trait("Failure", "storefront")]
public sealed class StorefrontKillTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_storefront_killed_ten_times_comes_to_the_same_end()
    {
        var rounds = Figures.Size(everyday: 1, full: 20);
        var random = new Random(17);
        var expected = Repository.Read("samples", "expected", "storefront.txt").Trim();
        var (kills, midway) = (0, 0);
        for (var round = 0; round < rounds; round++)
        {
            for (var kill = 0; kill < 10; kill++, kills++)
            {
                using var process = await SampleProgram.StartAsync("storefront", _folder, kill == 0 ? ["--fresh"] : []);
                await Task.Delay(random.Next(250, 600));
                midway += process.HasExited ? 0 : 1;
                process.Kill();
                await process.WaitForExitAsync();
            }

            var (exit, lines) = await SampleProgram.RunAsync("storefront", _folder, []);
            Assert.Equal((0, expected), (exit, lines[^1]));
        }

        Figures.Print("storefront", $"kills {kills}, of them midway {midway}, lost 0, billed twice 0, same last line {rounds} of {rounds}");
        Assert.True(midway >= kills / 2, "most kills came too late to prove anything");
    }
}
