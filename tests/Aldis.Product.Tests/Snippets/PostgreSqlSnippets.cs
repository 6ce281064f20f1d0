using Npgsql;

namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of docs/transports/postgresql.md and docs/guides/outbox.md.</summary>
internal static class PostgreSqlSnippets
{
    public static ValueTask<EventBus> StartAsync() => EventBus.StartAsync(bus => bus.UsePostgreSql("postgres://shop:secret@localhost/shop"));

    public static ValueTask<EventBus> StartElsewhereAsync() => EventBus.StartAsync(bus => bus.UsePostgreSql("postgres://shop:secret@db.example/shop", options => options with
    {
        Schema = "shop_events",
        Install = false,
        TransactionPooling = true,
        TrustedRoots = "company-ca.pem",
    }));

    public static ValueTask<EventBus> StartWithOutboxAsync() => EventBus.StartAsync(bus => bus
        .UseRabbitMq("amqp://shop:secret@localhost/shop")
        .UsePostgreSqlLedger("postgres://shop:secret@localhost/shop"));

    public static void PrintScript() => Console.WriteLine(PostgreSqlScript.Text("shop_events"));

    public static async Task PublishAsync(NpgsqlDataSource source, IEventBus bus, string id)
    {
        await using var connection = await source.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var insert = new NpgsqlCommand("INSERT INTO orders (id) VALUES ($1)", connection, transaction) { Parameters = { new() { Value = id } } };
        await insert.ExecuteNonQueryAsync();
        await bus.PublishAsync(new OrderSent(id), transaction);
        await transaction.CommitAsync();
    }

    public static EventBusBuilder Subscribe(EventBusBuilder bus, NpgsqlDataSource source) => bus.Subscribe<OrderSent>("billing", async (order, context) =>
    {
        await using var connection = await source.OpenConnectionAsync(context.Cancellation);
        await using var transaction = await connection.BeginTransactionAsync(context.Cancellation);
        if (await context.TryEnterInboxAsync(transaction))
        {
            await using var insert = new NpgsqlCommand("INSERT INTO invoices (order_id) VALUES ($1)", connection, transaction) { Parameters = { new() { Value = order.Id } } };
            await insert.ExecuteNonQueryAsync(context.Cancellation);
            await transaction.CommitAsync(context.Cancellation);
        }
    }, new SubscriptionOptions { Inbox = new InboxOptions() });

    [Event("orders.sent")]
    internal sealed record OrderSent(string Id);
}
