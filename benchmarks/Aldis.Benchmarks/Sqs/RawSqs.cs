using System.Diagnostics;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.SQS;
using Amazon.SQS.Model;

namespace Aldis.Benchmarks.Sqs;

/// <summary>
/// The client by itself: requests of ten entries, so many in flight. A message says of itself what a CloudEvent says, in as many attributes; the body is JSON, written and read.
/// </summary>
internal static class RawSqs
{
    public const int InFlight = 8;
    private const int Ten = 10;

    /// <summary>Events per second, published and consumed.</summary>
    public static async Task<(double Publish, double Consume)> RunAsync(string endpoint, int events, string text)
    {
        using var client = new AmazonSQSClient(new BasicAWSCredentials("bench", "bench"), new AmazonSQSConfig { ServiceURL = endpoint, AuthenticationRegion = "us-east-1" });
        var url = (await client.CreateQueueAsync($"raw-{Guid.NewGuid():N}")).QueueUrl;
        await SendAsync(client, url, 0, 1, text);
        await ConsumeAsync(client, url, 1);
        var start = Stopwatch.GetTimestamp();
        var next = -Ten;
        await InFlightAsync(async () =>
        {
            while (Interlocked.Add(ref next, Ten) is var first && first < events)
            {
                await SendAsync(client, url, first, Ten, text);
            }
        });
        var publish = events / Stopwatch.GetElapsedTime(start).TotalSeconds;
        var consume = await ConsumeAsync(client, url, events);
        await client.DeleteQueueAsync(url);
        return (publish, consume);
    }

    private static Task InFlightAsync(Func<Task> loop) => Task.WhenAll(Enumerable.Range(0, InFlight).Select(async _ =>
    {
        await Task.Yield();
        await loop();
    }));

    private static async Task SendAsync(AmazonSQSClient client, string url, int first, int count, string text)
    {
        var entries = Enumerable.Range(0, count).Select(index => new SendMessageBatchRequestEntry($"{index}", JsonSerializer.Serialize(new Measured(first + index, text)))
        {
            MessageAttributes = new Dictionary<string, MessageAttributeValue>
            {
                ["content-type"] = Text("application/json"), ["ce-specversion"] = Text("1.0"), ["ce-id"] = Text(Guid.CreateVersion7().ToString()), ["ce-source"] = Text("/bench"),
                ["ce-type"] = Text("measured"), ["ce-time"] = Text(DateTime.UtcNow.ToString("O")),
            },
        }).ToList();
        if ((await client.SendMessageBatchAsync(url, entries)).Failed is { Count: > 0 })
        {
            throw new InvalidOperationException("SQS did not take all.");
        }
    }

    /// <summary>Events per second from the first request to the last answer.</summary>
    private static async Task<double> ConsumeAsync(AmazonSQSClient client, string url, int events)
    {
        var start = Stopwatch.GetTimestamp();
        var settled = 0;
        await InFlightAsync(async () =>
        {
            while (Volatile.Read(ref settled) < events)
            {
                var request = new ReceiveMessageRequest { QueueUrl = url, MaxNumberOfMessages = Ten, WaitTimeSeconds = 0, MessageAttributeNames = ["All"], MessageSystemAttributeNames = ["ApproximateReceiveCount"] };
                if ((await client.ReceiveMessageAsync(request)).Messages is not { Count: > 0 } messages)
                {
                    continue;
                }

                messages.ForEach(message => JsonSerializer.Deserialize<Measured>(message.Body));
                await client.DeleteMessageBatchAsync(url, messages.Select((message, index) => new DeleteMessageBatchRequestEntry($"{index}", message.ReceiptHandle)).ToList());
                Interlocked.Add(ref settled, messages.Count);
            }
        });
        return events / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static MessageAttributeValue Text(string value) => new() { DataType = "String", StringValue = value };
}
