using System.Collections.Concurrent;
using Aldis.Transports.Tests.PostgreSql;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>What a ledger in a file publishes on another transport.</summary>
public sealed class RelayTests
{
    [Fact]
    public async Task What_cannot_be_published_keeps_nobody_waiting_but_those_of_its_key()
    {
        using var folder = new TemporaryFolder();
        await using var ledger = new SqliteTransport(new SqliteOptions { Path = folder.File("events.db") }, new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));
        await ledger.StartAsync(CancellationToken.None);
        await ledger.ScheduleAsync([.. new[] { KeptNote.Of("good 1"), KeptNote.Of("bad a", "a"), KeptNote.Of("good a", "a"), KeptNote.Of("good 2") }
            .Select(one => new ScheduledEvent(one, null, null))], CancellationToken.None);

        var published = new ConcurrentQueue<string>();
        await Assert.ThrowsAsync<PublishException>(() => ledger.FireDueAsync((envelope, _) =>
        {
            var text = KeptNote.TextOf(envelope);
            if (text.StartsWith("bad", StringComparison.Ordinal))
            {
                throw new PublishException(envelope, mayBeStored: false, "no queue takes it", null);
            }

            published.Enqueue(text);
            return ValueTask.CompletedTask;
        }, CancellationToken.None).AsTask());
        Assert.Equal(["good 1", "good 2"], published.Order());

        var left = new List<string>();
        await foreach (var one in ((ISchedule)ledger).ListAsync(CancellationToken.None))
        {
            left.Add(KeptNote.TextOf(one.Envelope));
        }

        Assert.Equal(["bad a", "good a"], left);
    }
}
