namespace Aldis.Product.Tests;

/// <summary>Three processes, the same handlers: what carries their events is one connection string.</summary>
public sealed class FleetSampleTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task The_fleet_works_on_RabbitMQ()
    {
        Assert.SkipUnless(RabbitServer.IsThere, "there is no RabbitMQ here");
        await WorksAsync((await RabbitServer.SharedAsync()).Uri);
    }

    [Fact]
    public async Task The_fleet_works_on_PostgreSQL()
    {
        Assert.SkipUnless(PostgresServer.IsThere, "there is no PostgreSQL here");
        await WorksAsync((await PostgresServer.SharedAsync()).Uri);
    }

    [Fact]
    public async Task The_fleet_works_on_Kafka()
    {
        using var cluster = new KafkaMock();
        foreach (var topic in new[] { "orders.placed", "invoices.issued", "entries.audited" })
        {
            cluster.Make(topic, partitions: 2);
        }

        await WorksAsync($"kafka://{cluster.Servers}?createTopics=false");
    }

    private async Task WorksAsync(string connection)
    {
        var (exit, lines) = await SampleProgram.RunAsync("08-fleet", _folder, [connection]);
        Assert.Equal(0, exit);
        Assert.Equal(Repository.Read("samples", "expected", "08-fleet.txt").Trim(), string.Join('\n', lines));
    }
}
