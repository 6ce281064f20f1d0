using Aldis.Transports.Tests.Failures;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>What a dead worker held that cannot be taken over keeps nothing else from being done.</summary>
public sealed class TakeOverTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.File("events.db");

    public void Dispose() => _folder.Dispose();

    /// <summary>The worker that came first is the one whose claim is damaged; another one is dead, too, and held an event.</summary>
    [Fact]
    public async Task A_bus_starts_beside_a_damaged_claim_and_takes_over_what_others_held()
    {
        using var log = new RecordedLog();
        await using (await LeaseTests.OpenAsync(Database))
        {
        }

        Databases.Execute(Database, DamagedClaims.OfDeadWorker);
        await using var silent = await LeaseTests.OpenAsync(Database);
        await using var holding = await silent.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
        await using var sender = await silent.OpenSenderAsync(LeaseTests.Spec.Topic, CancellationToken.None);
        await sender.SendAsync(new[] { Envelopes.Make("held") }, CancellationToken.None);
        await LeaseTests.ReceiveAsync(holding);
        Databases.Execute(Database, "UPDATE aldis_worker SET host = 'another machine'");

        await using var transport = await LeaseTests.OpenAsync(Database, loggers: log);
        await using var receiver = await transport.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
        Assert.Equal(2, (await LeaseTests.ReceiveAsync(receiver)).Attempt);
        Assert.Contains(2007, log.Warnings);
    }
}
