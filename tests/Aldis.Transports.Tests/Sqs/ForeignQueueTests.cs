using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Transports.Tests.Failures;
using Aldis.Transports.Tests.Sqlite;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace Aldis.Transports.Tests.Sqs;

/// <summary>Queues that somebody else has made, and messages that somebody else has sent: an SNS topic with raw delivery, for example.</summary>
public sealed class ForeignQueueTests
{
    [Fact]
    public async Task A_queue_that_is_there_is_used_as_it_is()
    {
        var options = await ExistingAsync();
        using var client = Queues.Client(options);
        await MakeAsync(client, options.Topology.Prefix + "-legacy", hasDead: true);
        var handled = new ConcurrentQueue<string>();
        await using var bus = await Queues.StartAsync(options, handled);
        await bus.PublishAsync(new Noted("ours"));

        // As SNS hands on what was published to it with attributes, and as a program does that writes the event as a whole.
        var url = (await client.GetQueueUrlAsync(options.Topology.Prefix + "-legacy")).QueueUrl;
        await client.SendMessageAsync(new SendMessageRequest(url, """{"Text":"raw"}""")
        {
            MessageAttributes = new() { ["ce-specversion"] = Text("1.0"), ["ce-id"] = Text("7"), ["ce-source"] = Text("/sns"), ["ce-type"] = Text("noted"), ["priority"] = new() { DataType = "Number", StringValue = "3" } },
        });
        await client.SendMessageAsync(url, """{"specversion":"1.0","id":"8","source":"/other","type":"noted","data":{"Text":"structured"}}""");
        await Until.TrueAsync(() => handled.Count == 3);
        Assert.Equal(["ours", "raw", "structured"], handled.Order());
        Assert.Equal(2, (await Queues.AllAsync(options)).Count);
    }

    [Fact]
    public async Task A_queue_that_is_missing_or_not_what_is_needed_is_told_at_the_start()
    {
        var options = await ExistingAsync();
        using var client = Queues.Client(options);
        Assert.Equal("ALD2303", (await StartFailsAsync(options)).Code);
        await MakeAsync(client, options.Topology.Prefix + "-legacy", hasDead: false);
        Assert.Contains("redrive", (await StartFailsAsync(options)).Message, StringComparison.Ordinal);

        var fifo = await ExistingAsync();
        await MakeAsync(client, fifo.Topology.Prefix + "-legacy", hasDead: true);
        var wrong = await StartFailsAsync(fifo with { Topology = fifo.Topology with { Fifo = true } });
        Assert.Equal("ALD2304", wrong.Code);
        Assert.Contains("FIFO", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_message_that_is_no_event_is_a_dead_letter_with_its_bytes_and_goes_back_as_it_came()
    {
        var options = await Queues.SharedAsync();
        var handled = new ConcurrentQueue<string>();
        await using var bus = await Queues.StartAsync(options, handled);
        using var client = Queues.Client(options);
        var url = (await client.GetQueueUrlAsync(options.Topology.Prefix + "-noted--readers")).QueueUrl;
        await client.SendMessageAsync(new SendMessageRequest(url, "no event") { MessageAttributes = Enumerable.Range(0, 10).ToDictionary(number => $"attribute{number}", number => Text($"ü{number}")) });
        var letter = await FirstDeadAsync(bus);
        Assert.Equal("no event", System.Text.Encoding.UTF8.GetString(letter.Envelope.Body.Span));
        Assert.Equal(("readers", "noted", 1), (letter.Group.Value, letter.Envelope.Topic.Value, letter.Attempts));
        Assert.Contains(ErrorCodes.NotACloudEvent.Id, letter.Reason, StringComparison.Ordinal);

        await bus.DisposeAsync();
        await using var transport = new SqsTransport(options, new TransportContext(TimeProvider.System, Microsoft.Extensions.Logging.Abstractions.NullLoggerFactory.Instance));
        await transport.StartAsync(CancellationToken.None);
        Assert.Equal(1, await transport.RedriveAsync(DeadLetterFilter.All));
        var back = Assert.Single((await client.ReceiveMessageAsync(new ReceiveMessageRequest(url) { WaitTimeSeconds = 1, MessageAttributeNames = ["All"] })).Messages);
        Assert.Equal("no event", back.Body);
        Assert.Equal(Enumerable.Range(0, 10).Select(number => $"attribute{number}=ü{number}"), back.MessageAttributes.Select(one => $"{one.Key}={one.Value.StringValue}").Order());
    }

    [Fact]
    public async Task What_SQS_itself_takes_for_dead_is_among_the_dead_letters_and_comes_back()
    {
        var options = await Queues.SharedAsync();
        var handled = new ConcurrentQueue<string>();
        await using var bus = await Queues.StartAsync(options, handled);
        using var client = Queues.Client(options);
        var url = (await client.GetQueueUrlAsync(options.Topology.Prefix + "_dead-noted--readers")).QueueUrl;
        await client.SendMessageAsync(url, """{"specversion":"1.0","id":"8","source":"/other","type":"noted","data":{"Text":"moved"}}""");
        var letter = await FirstDeadAsync(bus);
        Assert.Equal(("readers", "noted"), (letter.Group.Value, letter.Envelope.Topic.Value));
        Assert.Contains("redrive policy", letter.Reason, StringComparison.Ordinal);
        Assert.Equal(1, await bus.DeadLetters.RedriveAsync(DeadLetterFilter.All));
        await Until.TrueAsync(() => !handled.IsEmpty);
        Assert.Equal(["moved"], handled);
    }

    private static async Task<SqsOptions> ExistingAsync()
    {
        var options = await Queues.SharedAsync();
        var name = options.Topology.Prefix + "-legacy";
        return options with { Topology = options.Topology with { UseExisting = true, QueueName = (_, _) => name, PublishTo = _ => [name] } };
    }

    private static async Task<DeadLetter> FirstDeadAsync(EventBus bus)
    {
        DeadLetter[] letters = [];
        await Until.TrueAsync(() => (letters = [.. bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToBlockingEnumerable()]).Length > 0);
        return Assert.Single(letters);
    }

    private static async Task<AldisException> StartFailsAsync(SqsOptions options)
        => await Assert.ThrowsAnyAsync<AldisException>(async () => await (await Queues.StartAsync(options, [])).DisposeAsync());

    private static async Task MakeAsync(AmazonSQSClient client, string name, bool hasDead)
    {
        var attributes = new Dictionary<string, string>();
        if (hasDead)
        {
            var dead = (await client.CreateQueueAsync(name + "-graves")).QueueUrl;
            var arn = (await client.GetQueueAttributesAsync(dead, ["QueueArn"])).Attributes["QueueArn"];
            attributes["RedrivePolicy"] = $$"""{"deadLetterTargetArn":"{{arn}}","maxReceiveCount":"5"}""";
        }

        await client.CreateQueueAsync(new CreateQueueRequest(name) { Attributes = attributes });
    }

    private static MessageAttributeValue Text(string value) => new() { DataType = "String", StringValue = value };
}
