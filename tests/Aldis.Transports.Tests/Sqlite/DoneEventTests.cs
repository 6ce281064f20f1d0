using Aldis.Events;
using Aldis.Transports.Tests.Failures;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>What is done is deleted: in steps, and when the options say.</summary>
public sealed class DoneEventTests : IDisposable
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    private readonly TemporaryFolder _folder = new();
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    private string Database => _folder.File("events.db");

    public void Dispose() => _folder.Dispose();

    /// <summary>Else the settlement of one event that took long would delete all that came behind it: the others would wait, and the log would have no room.</summary>
    [Fact]
    public async Task What_a_slow_event_has_kept_is_deleted_in_steps()
    {
        const int count = 3000;
        await using var transport = await OpenAsync(TimeSpan.Zero);
        await using var receiver = await transport.OpenReceiverAsync(LeaseTests.Spec with { MaxUnsettled = count }, CancellationToken.None);
        await SendAsync(transport, count, _time.GetUtcNow());
        var slow = await LeaseTests.ReceiveAsync(receiver);
        await HandleAsync(receiver, count - 1);
        Assert.Equal(count, Left());
        await LeaseTests.SettleAsync(receiver, slow, Verdict.Done);
        Assert.Equal(count - 1000, Left());
        await LeftAsync(0);
    }

    /// <summary>A process whose clock goes ahead has published them.</summary>
    [Fact]
    public async Task Events_with_a_time_ahead_of_the_clock_keep_no_others()
    {
        const int ahead = 1200;
        await using var transport = await OpenAsync(_hour);
        await using var receiver = await transport.OpenReceiverAsync(LeaseTests.Spec with { MaxUnsettled = 2 * ahead }, CancellationToken.None);
        await SendAsync(transport, ahead, _time.GetUtcNow().AddYears(1));
        await SendAsync(transport, ahead, _time.GetUtcNow());
        await HandleAsync(receiver, 2 * ahead);
        _time.Advance(2 * _hour);
        await LeftAsync(ahead);
    }

    /// <summary>The oldest worker, which cleans the file up, keeps what is done for longer than the other.</summary>
    [Fact]
    public async Task The_shortest_time_of_all_processes_that_handle_events_counts()
    {
        await using var oldest = await OpenAsync(10 * _hour);
        await using var idle = await oldest.OpenReceiverAsync(LeaseTests.Spec with { Topic = TopicName.Parse("other") }, CancellationToken.None);
        await using var transport = await OpenAsync(_hour);
        await using var receiver = await transport.OpenReceiverAsync(LeaseTests.Spec, CancellationToken.None);
        await SendAsync(transport, 10, _time.GetUtcNow());
        await HandleAsync(receiver, 10);
        _time.Advance(2 * _hour);
        await LeftAsync(0);
    }

    private Task<SqliteTransport> OpenAsync(TimeSpan keepDone)
        => LeaseTests.OpenAsync(Database, new SqliteOptions { Path = Database, KeepDone = keepDone, Lease = 24 * _hour }, _time);

    private static async Task SendAsync(SqliteTransport transport, int count, DateTimeOffset time)
    {
        await using var sender = await transport.OpenSenderAsync(LeaseTests.Spec.Topic, CancellationToken.None);
        await sender.SendAsync(Enumerable.Range(0, count).Select(number => Envelopes.Make($"{number}") with { Time = time }).ToArray(), CancellationToken.None);
    }

    private static async Task HandleAsync(IReceiver receiver, int count)
    {
        var buffer = new Delivery[count];
        Assert.Equal(count, await receiver.ReceiveAsync(buffer, CancellationToken.None));
        Assert.Empty(await receiver.SettleAsync(buffer.Select(one => new Settlement(one, Verdict.Done, [])).ToArray(), CancellationToken.None));
    }

    private Task<TimeSpan> LeftAsync(long count) => Until.TrueAsync(() =>
    {
        _time.Advance(TimeSpan.FromSeconds(1));
        return Left() == count;
    });

    private long Left() => StoredEvents.Count(Database, "SELECT count(*) FROM aldis_event");
}
