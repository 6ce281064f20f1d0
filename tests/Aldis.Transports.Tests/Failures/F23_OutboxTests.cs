using System.Collections.Concurrent;
using System.Diagnostics;
using Aldis.Tests.Shared.Toy;
using Aldis.Transports.Tests.PostgreSql;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

/// <summary>Events that are published in transactions of the user are relayed once each, in whatever order they are committed.</summary>
[Trait("Failure", "F23")]
public sealed class F23_OutboxTests
{
    private const int Writers = 64;
    private const int Relays = 4;

    /// <summary>The relays are in processes of their own, as far as the database knows: each is a bus on another transport, with the ledger.</summary>
    [Fact]
    public async Task Nothing_is_skipped_and_nothing_relayed_twice_while_many_commit_out_of_order()
    {
        var options = Postgres.Options((await Postgres.SharedAsync()).Uri) with { MaxConnections = Writers + 10 };
        var events = Figures.Size(everyday: 2_000, full: 1_000_000);
        var inTransaction = Figures.Size(everyday: 2, full: 20);
        var relayed = new ConcurrentDictionary<string, int>();
        var buses = new List<EventBus>();
        for (var relay = 0; relay < Relays; relay++)
        {
            buses.Add(await EventBus.StartAsync(bus => bus.UseTransport(context => new ToyTransport(context.Time)).UsePostgreSqlLedger(options).Subscribe<Noted>("readers", (noted, _) =>
            {
                relayed.AddOrUpdate(noted.Text, 1, (_, count) => count + 1);
                return ValueTask.CompletedTask;
            }, new SubscriptionOptions { MaxUnsettled = 1024 })));
        }

        var committed = new ConcurrentDictionary<string, bool>();
        var (undone, start) = (0, Stopwatch.GetTimestamp());
        await Task.WhenAll(Enumerable.Range(0, Writers).Select(async writer =>
        {
            var random = new Random(writer);
            await using var connection = await Postgres.OpenAsync(options.Connection);
            for (var number = 0; number < events / Writers; number += inTransaction)
            {
                await using var transaction = await connection.BeginTransactionAsync();
                string[] texts = [.. Enumerable.Range(number, inTransaction).Select(one => $"{writer}-{one}")];
                foreach (var text in texts)
                {
                    await buses[writer % Relays].PublishAsync(new Noted(text), transaction);
                }

                // Some stay open while later ones are committed.
                await Task.Delay(random.Next(10) == 0 ? random.Next(20) : 0);
                if (random.Next(10) == 0)
                {
                    await transaction.RollbackAsync();
                    Interlocked.Add(ref undone, inTransaction);
                    continue;
                }

                await transaction.CommitAsync();
                Array.ForEach(texts, text => committed.TryAdd(text, true));
            }
        }));
        await Until.TrueAsync(async () => await Postgres.CountAsync(options.Connection, $"SELECT count(*) FROM {options.Schema}.schedule") == 0, limit: TimeSpan.FromMinutes(5));
        await Until.TrueAsync(() => relayed.Count >= committed.Count);
        var rate = relayed.Count / Stopwatch.GetElapsedTime(start).TotalSeconds;
        foreach (var bus in buses)
        {
            await bus.DisposeAsync();
        }

        var (skipped, twice, foreign) = (committed.Keys.Count(text => !relayed.ContainsKey(text)), relayed.Values.Count(count => count > 1), relayed.Keys.Count(text => !committed.ContainsKey(text)));
        Figures.Print("F23", $"writers {Writers}, relays {Relays}, events committed {committed.Count}, undone {undone}, skipped {skipped}, relayed twice {twice}, relayed though undone {foreign}, per second {rate:F0}");
        Assert.Equal((0, 0, 0), (skipped, twice, foreign));
        Assert.True(undone > 0, "nothing was rolled back: the test proves too little");
        await Postgres.DropAsync(options);
    }
}
