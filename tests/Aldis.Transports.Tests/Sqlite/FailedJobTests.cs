using Aldis.Events;
using Aldis.Transports.Tests.Failures;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>A job of the writer that fails, fails for whoever asked for it, and for nobody else.</summary>
public sealed class FailedJobTests : IDisposable
{
    private const int Rounds = 20;

    private readonly TemporaryFolder _folder = new();

    private string Database => _folder.File("events.db");

    public void Dispose() => _folder.Dispose();

    /// <summary>Two receivers wait, and an event comes for both. The claim of the first fails.</summary>
    [Fact]
    public async Task A_standing_claim_that_fails_takes_no_other_with_it()
    {
        await using var transport = await LeaseTests.OpenAsync(Database);
        await using var broken = await transport.OpenReceiverAsync(LeaseTests.Spec with { Group = GroupName.Parse("broken") }, CancellationToken.None);
        await using var sound = await transport.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
        await using var sender = await transport.OpenSenderAsync(LeaseTests.Spec.Topic, CancellationToken.None);
        Databases.Execute(Database, """
            CREATE TRIGGER broken BEFORE INSERT ON aldis_claim WHEN NEW.grp = (SELECT id FROM aldis_group WHERE name = 'broken') BEGIN SELECT RAISE(ABORT, 'broken'); END
            """);
        for (var round = 0; round < Rounds; round++)
        {
            var failing = LeaseTests.ReceiveAsync(broken);
            await SettleDownAsync(transport);
            var receiving = LeaseTests.ReceiveAsync(sound);
            await SettleDownAsync(transport);
            await sender.SendAsync(new[] { Envelopes.Make($"{round}") }, CancellationToken.None);
            await LeaseTests.SettleAsync(sound, await receiving, Verdict.Done);
            await Assert.ThrowsAsync<TransportException>(() => failing);
            Databases.Execute(Database, "UPDATE aldis_group SET cursor = (SELECT last FROM aldis_topic) WHERE name = 'broken'");
        }
    }

    /// <summary>It fails while a statement stands on a row. Were it left there, the writer would see the file as it was then, and could not write once another process has.</summary>
    [Fact]
    public async Task A_job_that_fails_in_the_middle_of_a_row_does_not_keep_the_writer_from_writing()
    {
        using var log = new RecordedLog();
        await using var transport = await LeaseTests.OpenAsync(Database, new SqliteOptions { Path = Database, LockTimeout = TimeSpan.FromSeconds(1) }, loggers: log);
        await using var sender = await transport.OpenSenderAsync(LeaseTests.Spec.Topic, CancellationToken.None);
        Databases.Execute(Database, DamagedClaims.OfDeadWorker);
        await Until.TrueAsync(() => !log.Warnings.IsEmpty);
        Databases.Execute(Database, "UPDATE aldis_topic SET keyed = 1");
        await sender.SendAsync(new[] { Envelopes.Make("after") }, CancellationToken.None);
    }

    /// <summary>The writer does one job after another: when these are through, those who asked before have their answers.</summary>
    private static async Task SettleDownAsync(SqliteTransport transport)
    {
        for (var job = 0; job < 3; job++)
        {
            await (await transport.OpenSenderAsync(LeaseTests.Spec.Topic, CancellationToken.None)).DisposeAsync();
        }
    }
}
