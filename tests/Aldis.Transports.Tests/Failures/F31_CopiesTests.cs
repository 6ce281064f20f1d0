using System.Collections.Concurrent;
using Aldis.Transports.Tests.PostgreSql;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F31")]
public sealed class F31_CopiesTests
{
    private const int Copies = 3;

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    [InlineData("postgresql")]
    public async Task Each_event_has_one_effect_though_each_comes_three_times(string transport)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("events.db");
        var events = Figures.Size(everyday: 500, full: 50_000);
        var options = transport == "postgresql" ? Postgres.Options((await Postgres.SharedAsync()).Uri) : null;
        var effects = new ConcurrentDictionary<string, int>();
        var retention = TimeSpan.FromSeconds(2);
        long remembered;
        await using (var bus = await EventBus.StartAsync(bus => (options is not null ? bus.UsePostgreSql(options) : transport == "sqlite" ? bus.UseSqlite(file) : bus.UseInMemory()).Subscribe<Noted>("readers", (noted, _) =>
        {
            effects.AddOrUpdate(noted.Text, 1, (_, count) => count + 1);
            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { Concurrency = 8, Inbox = new InboxOptions { Retention = TimeSpan.FromHours(1) } })
            .Subscribe<Noted>("forgetful", (_, _) => ValueTask.CompletedTask, new SubscriptionOptions { Concurrency = 8, Inbox = new InboxOptions { Retention = retention } })))
        {
            var ids = Enumerable.Range(0, events).Select(_ => EventId.New(TimeProvider.System)).ToArray();
            for (var copy = 0; copy < Copies; copy++)
            {
                await Task.WhenAll(ids.Select((id, number) => bus.PublishAsync(new Noted($"{number}"), new PublishOptions { Id = id }).AsTask()));
            }

            await bus.PublishAsync(new Noted("last"));
            await Until.TrueAsync(() => effects.ContainsKey("last") && effects.Count == events + 1);
            remembered = options is not null ? await ForgottenAsync(options) : transport == "sqlite" ? await ForgottenAsync(file) : 0;
        }

        await (options is null ? Task.CompletedTask : Postgres.DropAsync(options));

        Figures.Print("F31", $"{transport}: events {events}, copies {Copies}, effects {effects.Values.Sum() - 1}, remembered of a group that forgets after {retention.TotalSeconds:F0} s: {remembered}");
        Assert.Equal(events + 1, effects.Values.Sum());
        Assert.Equal(0, remembered);
    }

    private static async Task<long> ForgottenAsync(PostgreSqlOptions options)
    {
        long left = -1;
        await Until.TrueAsync(async () => (left = await Postgres.CountAsync(options.Connection, $"SELECT count(*) FROM {options.Schema}.inbox WHERE grp = 'forgetful'")) == 0);
        return left;
    }

    /// <summary>The inbox is bounded: what is older than the retention goes by itself.</summary>
    private static async Task<long> ForgottenAsync(string file)
    {
        long left = -1;
        await Until.TrueAsync(() => (left = StoredEvents.Count(file, "SELECT count(*) FROM aldis_inbox WHERE grp = 'forgetful'")) == 0, everyMs: 100);
        return left;
    }
}
