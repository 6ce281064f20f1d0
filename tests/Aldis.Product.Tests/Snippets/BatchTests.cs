using Microsoft.Data.Sqlite;

namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of the guides on batches and on transactions of one's own, as it is written there, and what it does.</summary>
public sealed class BatchTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("aldis-").FullName, "shop.db");

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);

    [Fact]
    public async Task Readings_are_archived_in_bulk_and_a_bad_one_is_given_up()
    {
        using var archive = Open("CREATE TABLE readings (sensor TEXT, value REAL)");
        await using var bus = await EventBus.StartAsync(bus => SubscribeArchive(bus.UseInMemory(), archive));
        for (var number = 0; number < 20; number++)
        {
            await bus.PublishAsync(new ReadingTaken("north", number == 7 ? -300 : number));
        }

        await UntilAsync(async () => Count(archive, "readings") == 19 && await bus.DeadLetters.ListAsync(DeadLetterFilter.All).CountAsync() == 1);
    }

    [Fact]
    public async Task What_the_service_says_of_each_event_counts()
    {
        var sent = new List<string>();
        await using var bus = await EventBus.StartAsync(bus => SubscribeNewsletter(bus.UseInMemory(), addresses => Task.FromResult(addresses.Select(address =>
        {
            lock (sent)
            {
                sent.Add(address);
                return sent.Count(one => one == address) == 1 && address == "busy@example.org" ? "busy" : null;
            }
        }).ToArray())));
        await bus.PublishAsync(new NewsletterOrdered("ada@example.org"));
        await bus.PublishAsync(new NewsletterOrdered("busy@example.org"));
        await UntilAsync(() => Task.FromResult(sent.Count == 3));
    }

    [Fact]
    public async Task An_order_and_its_event_are_one_and_so_are_its_effect_and_its_memory()
    {
        using var shop = Open("CREATE TABLE orders (id TEXT); CREATE TABLE invoices (order_id TEXT)");
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(new SqliteOptions { Path = _file, ShareFile = true })
            .Subscribe<OrderEntered>("billing", BillAsync, new SubscriptionOptions { Inbox = new InboxOptions() }));
        await OrderAsync(bus, "A-17");
        await UntilAsync(() => Task.FromResult(Count(shop, "invoices") == 1));
        Assert.Equal(1, Count(shop, "orders"));
    }

    private static EventBusBuilder SubscribeArchive(EventBusBuilder bus, SqliteConnection connection)
        => bus.SubscribeBatch<ReadingTaken>("archive", async (readings, context) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(context.Cancellation);
            for (var index = 0; index < readings.Count; index++)
            {
                if (readings[index].Value < -273.15)
                {
                    context.Dead(index, $"{readings[index].Value} degrees: no sensor of this world measures that.");
                    continue;
                }

                await InsertAsync(connection, readings[index]);
            }

            await transaction.CommitAsync(context.Cancellation);
        }, new SubscriptionOptions { Batch = new BatchOptions { MaxItems = 500, MaxWait = TimeSpan.FromSeconds(1) } });

    private static EventBusBuilder SubscribeNewsletter(EventBusBuilder bus, Func<IEnumerable<string>, Task<string?[]>> sendAsync)
        => bus.SubscribeBatch<NewsletterOrdered>("mail", async (orders, context) =>
        {
            var answers = await sendAsync(orders.Select(order => order.Address));
            for (var index = 0; index < orders.Count; index++)
            {
                if (answers[index] is "busy")
                {
                    context.Retry(index, TimeSpan.FromSeconds(1), "The mailbox is busy.");
                }
                else if (answers[index] is { } error)
                {
                    context.Fail(index, new IOException(error));
                }
            }
        });

    private async Task OrderAsync(IEventBus bus, string id)
    {
        await using var connection = new SqliteConnection($"Data Source={_file}");
        await connection.OpenAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await ExecuteAsync(connection, "INSERT INTO orders (id) VALUES ($id)", id);
        await bus.PublishAsync(new OrderEntered(id), transaction);
        await transaction.CommitAsync();
    }

    private async ValueTask BillAsync(OrderEntered order, EventContext context)
    {
        await using var connection = new SqliteConnection($"Data Source={_file}");
        await connection.OpenAsync(context.Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(context.Cancellation);
        if (await context.TryEnterInboxAsync(transaction))
        {
            await ExecuteAsync(connection, "INSERT INTO invoices (order_id) VALUES ($id)", order.Id);
            await transaction.CommitAsync(context.Cancellation);
        }
    }

    private static void UseLedgerInShop(EventBusBuilder bus)
    {
        bus.UseSqliteLedger(new SqliteOptions { Path = "shop.db", ShareFile = true });
    }

    private static Task InsertAsync(SqliteConnection connection, ReadingTaken reading)
        => ExecuteAsync(connection, $"INSERT INTO readings (sensor, value) VALUES ($id, {reading.Value.ToString(System.Globalization.CultureInfo.InvariantCulture)})", reading.Sensor);

    private static async Task ExecuteAsync(SqliteConnection connection, string sql, string id)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("$id", id);
        await command.ExecuteNonQueryAsync();
    }

    private SqliteConnection Open(string sql)
    {
        var connection = new SqliteConnection($"Data Source={_file};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
        return connection;
    }

    private static long Count(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }

    private static async Task UntilAsync(Func<Task<bool>> holds)
    {
        for (var look = 0; !await holds(); look++)
        {
            Assert.True(look < 1000, "waited in vain");
            await Task.Delay(20);
        }
    }
}

[Event("readings.taken")]
internal sealed record ReadingTaken(string Sensor, double Value);

[Event("newsletters.ordered")]
internal sealed record NewsletterOrdered(string Address);

[Event("orders.entered")]
internal sealed record OrderEntered(string Id);
