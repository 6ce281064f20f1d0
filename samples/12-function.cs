#:project ../src/Aldis.Lambda
using Aldis;

// The handlers of a shop as an AWS Lambda function on an SQS queue. The function is called with the JSON of a batch and returns what failed of it, which SQS hands out again:
//   dotnet run samples/12-function.cs < samples/data/12-function.json
// No package of AWS is needed for that: in Lambda, the runtime calls function.HandleAsync with a stream.
var function = new LambdaSqs();

await using var bus = await EventBus.StartAsync(bus => bus
    .UseInMemory()                       // what is published goes here: in the cloud bus.UseSqs("sqs://eu-central-1")
    .ReceiveFrom(function)
    .Subscribe("billing", (OrderPlaced order) => Bill(order), new SubscriptionOptions { Concurrency = 1, Retry = new RetryPolicy { ImmediateRetries = 0 } }));

Console.WriteLine(await function.HandleAsync(await Console.In.ReadToEndAsync()));

// The queue is FIFO, and its message groups are customers: when an order of one cannot be billed, the later ones of the same customer wait with it.
static InvoiceIssued Bill(OrderPlaced order)
{
    if (order.Total <= 0)
    {
        throw new InvalidOperationException("There is nothing to bill.");
    }

    Console.WriteLine($"billed: order {order.Id}");
    return new InvoiceIssued(order.Id, order.Total);
}

[Event("orders.placed")] record OrderPlaced(string Id, decimal Total);
[Event("invoices.issued")] record InvoiceIssued(string OrderId, decimal Total);
