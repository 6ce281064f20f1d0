using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Tests.Lambda;

/// <summary>Handlers as a function.</summary>
public sealed class LambdaSqsTests
{
    private static readonly SubscriptionOptions _once = new() { Retry = new RetryPolicy { ImmediateRetries = 0 } };

    [Fact]
    public async Task Events_that_fail_are_the_item_failures_and_others_are_not()
    {
        var (function, handled) = (new LambdaSqs(), new ConcurrentQueue<string>());
        await using var bus = await StartAsync(function, handled);
        Assert.Equal(["m2", "m4"], await FailuresAsync(function, Batch("queue", Item("m1", "a"), Item("m2", "bad"), Item("m3", "b"), NoEvent("m4"))));
        Assert.Equal(["a", "b"], handled.Order());
        Assert.Empty(await FailuresAsync(function, Batch("queue")));
    }

    [Fact]
    public async Task In_a_FIFO_queue_the_rest_of_a_message_group_fails_with_the_first_and_is_not_handled()
    {
        var (function, handled) = (new LambdaSqs(), new ConcurrentQueue<string>());
        await using var bus = await StartAsync(function, handled);
        var failed = await FailuresAsync(function, Batch("queue.fifo", Item("m1", "a1", "a"), Item("m2", "bad", "a"), Item("m3", "b1", "b"), Item("m4", "a3", "a"), Item("m5", "b2", "b")));
        Assert.Equal(["m2", "m4"], failed);
        Assert.Equal(["a1", "b1", "b2"], handled.Order());
        Assert.Equal(["b1", "b2"], handled.Where(text => text[0] == 'b'));
    }

    [Fact]
    public async Task Every_group_of_the_topic_handles_an_event_and_one_that_fails_is_enough()
    {
        var (function, handled) = (new LambdaSqs(), new ConcurrentQueue<string>());
        await using var bus = await StartAsync(function, handled, bus => bus.Subscribe<Said>("others", (said, _) => throw new InvalidOperationException(said.Text), _once));
        Assert.Equal(["m1"], await FailuresAsync(function, Batch("queue", Item("m1", "a"))));
        Assert.Equal(["a"], handled);
    }

    [Fact]
    public async Task What_a_handler_returns_is_published_before_the_batch_is_answered_and_the_attempt_is_that_of_SQS()
    {
        var (function, stored) = (new LambdaSqs(), new ConcurrentQueue<string>());
        var attempt = 0;
        await using var bus = await EventBus.StartAsync(bus => bus
            .UseTransport(context => new Recorder(new InMemoryTransport(new InMemoryOptions(), context.Time), stored)).ReceiveFrom(function)
            .Subscribe("readers", (Said said, EventContext context) =>
            {
                attempt = context.Attempt;
                return new Heard(said.Text);
            }, _once));
        Assert.Empty(await FailuresAsync(function, Batch("queue", Item("m1", "a", receives: 3))));
        Assert.Equal((3, "heard"), (attempt, Assert.Single(stored)));
    }

    [Fact]
    public async Task What_is_not_settled_in_time_has_failed()
    {
        var function = new LambdaSqs();
        await using var bus = await EventBus.StartAsync(bus => bus.UseInMemory().ReceiveFrom(function).Subscribe<Said>("readers", (_, context) => new(Task.Delay(Timeout.Infinite, context.Cancellation)), _once));
        using var deadline = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));
        Assert.Equal(["m1"], await FailuresAsync(function, Batch("queue", Item("m1", "a")), deadline.Token));
        await bus.StopAsync(new CancellationToken(canceled: true));
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("""{"Records":[{}]}""")]
    public async Task What_is_no_batch_is_refused(string text)
    {
        var function = new LambdaSqs();
        await using var bus = await StartAsync(function, []);
        Assert.Equal("ALD1009", (await Assert.ThrowsAsync<AldisException>(() => function.HandleAsync(text, TestContext.Current.CancellationToken).AsTask())).Code);
    }

    [Fact]
    public async Task A_function_without_a_bus_says_so()
        => Assert.Equal("ALD1305", (await Assert.ThrowsAsync<AldisException>(() => new LambdaSqs().HandleAsync(Batch("queue", Item("m1", "a")), TestContext.Current.CancellationToken).AsTask())).Code);

    [Fact]
    public async Task Streams_do_as_well()
    {
        var (function, handled) = (new LambdaSqs(), new ConcurrentQueue<string>());
        await using var bus = await StartAsync(function, handled);
        using var answer = await function.HandleAsync(new MemoryStream(System.Text.Encoding.UTF8.GetBytes(Batch("queue", Item("m1", "bad")))), TestContext.Current.CancellationToken);
        Assert.Equal("""{"batchItemFailures":[{"itemIdentifier":"m1"}]}""", await new StreamReader(answer).ReadToEndAsync(TestContext.Current.CancellationToken));
    }

    private static ValueTask<EventBus> StartAsync(LambdaSqs function, ConcurrentQueue<string> handled, Action<EventBusBuilder>? more = null) => EventBus.StartAsync(bus =>
    {
        bus.UseInMemory().ReceiveFrom(function).Subscribe<Said>("readers", (said, _) =>
        {
            if (said.Text == "bad")
            {
                throw new InvalidOperationException("not now");
            }

            handled.Enqueue(said.Text);
            return ValueTask.CompletedTask;
        }, _once);
        more?.Invoke(bus);
    });

    private static async Task<string[]> FailuresAsync(LambdaSqs function, string batch, CancellationToken cancel = default)
        => [.. JsonNode.Parse(await function.HandleAsync(batch, cancel))!["batchItemFailures"]!.AsArray().Select(item => item!["itemIdentifier"]!.GetValue<string>())];

    private static string Batch(string queue, params JsonObject[] items)
    {
        foreach (var item in items)
        {
            item["eventSource"] = "aws:sqs";
            item["eventSourceARN"] = $"arn:aws:sqs:eu-central-1:123456789012:{queue}";
        }

        return new JsonObject { ["Records"] = new JsonArray([.. items]) }.ToJsonString();
    }

    private static JsonObject Item(string id, string text, string? lane = null, int receives = 1)
    {
        var (attributes, body) = CloudEventText.Write(new Envelope
        {
            Id = EventId.New(TimeProvider.System), Topic = TopicName.Parse("said"), Type = "said", Source = "/test", Time = DateTimeOffset.UnixEpoch, ContentType = "application/json",
            Body = System.Text.Encoding.UTF8.GetBytes($$"""{"text":"{{text}}"}"""),
        }, 9);
        var item = NoEvent(id);
        item["body"] = body;
        item["attributes"] = new JsonObject { ["ApproximateReceiveCount"] = $"{receives}", ["MessageGroupId"] = lane };
        item["messageAttributes"] = new JsonObject([.. attributes.Select(attribute => KeyValuePair.Create<string, JsonNode?>(
            attribute.Key, new JsonObject { ["stringValue"] = attribute.Value, ["binaryValue"] = null, ["dataType"] = "String" }))]);
        return item;
    }

    private static JsonObject NoEvent(string id) => new() { ["messageId"] = id, ["receiptHandle"] = "x", ["body"] = "no event", ["attributes"] = new JsonObject(), ["messageAttributes"] = new JsonObject() };

    [Event("said")]
    public sealed record Said(string Text);

    [Event("heard")]
    public sealed record Heard(string Text);

    /// <summary>Notes the types of what is sent.</summary>
    private sealed class Recorder(InMemoryTransport inner, ConcurrentQueue<string> stored) : ITransport, ISender
    {
        public TransportFeatures Features => inner.Features;

        public ValueTask StartAsync(CancellationToken cancel) => inner.StartAsync(cancel);

        public ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel) => new(this);

        public ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel) => inner.OpenReceiverAsync(spec, cancel);

        public ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
        {
            foreach (var envelope in batch.Span)
            {
                stored.Enqueue(envelope.Type);
            }

            return ValueTask.CompletedTask;
        }

        public ValueTask DisposeAsync() => inner.DisposeAsync();
    }
}
