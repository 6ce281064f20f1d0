namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of docs/transports/sqs.md and of docs/guides/lambda.md.</summary>
internal static class SqsSnippets
{
    public static ValueTask<EventBus> StartAsync() => EventBus.StartAsync(bus => bus.UseSqs("sqs://eu-central-1"));

    public static ValueTask<EventBus> StartFifoAsync() => EventBus.StartAsync(bus => bus.UseSqs("sqs://eu-central-1?fifo=true").UseSqliteLedger("ledger.db"));

    public static ValueTask<EventBus> StartOnExistingAsync() => EventBus.StartAsync(bus => bus.UseSqs("sqs://eu-central-1", options => options with
    {
        Topology = new SqsTopology { UseExisting = true, QueueName = (topic, group) => $"shop-{group}", PublishTo = topic => ["shop-billing", "shop-audit"] },
    }));

    public static ValueTask<EventBus> StartFunctionAsync(LambdaSqs function) => EventBus.StartAsync(bus => bus
        .UseSqs("sqs://eu-central-1")
        .ReceiveFrom(function)
        .Subscribe("billing", (OrderPlaced order) => new InvoiceIssued(order.Id)));
}
