namespace Aldis.Transports.Tests.Keys;

/// <summary>Order by key at the transport contract: thousands of random stories, each told whole by its seed.</summary>
[Trait("Failure", "keys")]
public sealed class KeyModelTests
{
    private const int Steps = 120;

    [Fact]
    public Task In_memory_every_random_story_keeps_the_order_of_keys_and_comes_to_its_end()
        => RunAsync("in-memory", Figures.Size(everyday: 500, full: 20_000), () => new MemoryKeyStore());

    [Fact]
    public Task In_a_SQLite_file_every_random_story_keeps_the_order_of_keys_and_comes_to_its_end()
        => RunAsync("sqlite", Figures.Size(everyday: 60, full: 3_000), () => new SqliteKeyStore());

    [Fact]
    public async Task In_PostgreSQL_every_random_story_keeps_the_order_of_keys_and_comes_to_its_end()
    {
        var server = await PostgreSql.Postgres.SharedAsync();
        await RunAsync("postgresql", Figures.Size(everyday: 4, full: 200), () => new PostgreSqlKeyStore(server.Uri));
    }

    private static async Task RunAsync(string name, int runs, Func<KeyStore> make)
    {
        // A failure names its seed: name it here, and only that story is told.
        var first = int.TryParse(Environment.GetEnvironmentVariable("ALDIS_SEED"), out var only) ? only : 1;
        var (published, delivered) = (0, 0);
        for (var seed = first; seed < first + (only > 0 ? 1 : runs); seed++)
        {
            await using var run = new KeyRun(make(), seed);
            try
            {
                await run.RunAsync(Steps);
            }
            catch (Exception error)
            {
                Assert.Fail($"{name}, ALDIS_SEED={seed}: {error.Message}\n{run.Story}\n{error.StackTrace}");
            }

            published += run.Published;
            delivered += run.Delivered;
        }

        Figures.Print("keys", $"{name}: seeds {runs}, events {published}, deliveries {delivered}, violations 0");
        Assert.True(delivered > published, "next to nothing happened: the test proves nothing");
    }
}
