using System.Collections.Concurrent;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Aldis.Events;
using Aldis.Transports.Tests.Failures;
using Aldis.Transports.Tests.Sqlite;
using Amazon.Runtime;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Sqs;

/// <summary>What goes to the queues, and what goes elsewhere.</summary>
public sealed class SqsSendingTests
{
    [Fact]
    public async Task An_entry_that_the_service_did_not_take_is_sent_again_with_its_id_and_the_others_are_not()
    {
        var options = await Queues.SharedAsync();
        using var faults = new PartialFailures();
        var handled = new ConcurrentQueue<string>();
        await using var bus = await Queues.StartAsync(options with { Configure = config => config.HttpClientFactory = faults }, handled);
        await Task.WhenAll(Enumerable.Range(0, 40).Select(number => bus.PublishAsync(new Noted($"{number:00}")).AsTask()));
        await Until.TrueAsync(() => handled.Count >= 40);
        Assert.Equal(Enumerable.Range(0, 40).Select(number => $"{number:00}"), handled.Order());
        Assert.NotEmpty(faults.Refused);
        Assert.All(faults.Refused, id => Assert.Equal(2, faults.Sent.Count(sent => sent == id)));
        Assert.Equal(40 + faults.Refused.Count, faults.Sent.Count);
    }

    [Fact]
    public async Task A_body_that_is_too_large_is_refused_or_kept_where_the_options_say()
    {
        var options = await Queues.SharedAsync();
        var store = new BodyStore();
        await using var transport = await OpenAsync(options with { Bodies = store }, TimeProvider.System);
        await using var receiver = await transport.OpenReceiverAsync(new ReceiverSpec(TopicName.Parse("large"), GroupName.Parse("readers"), 10), CancellationToken.None);
        await using var sender = await transport.OpenSenderAsync(TopicName.Parse("large"), CancellationToken.None);
        var large = Enumerable.Range(0, 3_000_000).Select(number => (byte)number).ToArray();
        await sender.SendAsync(new[] { Envelope("large", large), Envelope("large", [1]) }, CancellationToken.None);
        var received = new List<Delivery>();
        var buffer = new Delivery[10];
        while (received.Count < 2)
        {
            received.AddRange(buffer[..await receiver.ReceiveAsync(buffer, CancellationToken.None)]);
        }

        Assert.Equal([1, 3_000_000], received.Select(delivery => delivery.Envelope.Body.Length).Order());
        Assert.Contains(received, delivery => delivery.Envelope.Body.Span.SequenceEqual(large));
        Assert.Single(store.Kept);
        Assert.Null(transport.Features.MaxBody);

        await using var without = await OpenAsync(options, TimeProvider.System);
        await using var refusing = await without.OpenSenderAsync(TopicName.Parse("large"), CancellationToken.None);
        var refused = await Assert.ThrowsAsync<TransportException>(() => refusing.SendAsync(new[] { Envelope("large", large) }, CancellationToken.None).AsTask());
        Assert.Equal(("ALD2306", false), (refused.Code, refused.MayBeStored));
    }

    [Fact]
    public async Task What_is_published_can_go_to_an_outlet_of_ones_own()
    {
        var outlet = new Outlet();
        var options = await Queues.SharedAsync() with { Outlet = outlet };
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqs(options));
        var published = await bus.PublishAsync(new Noted("out"));
        var message = Assert.Single(outlet.Messages);
        Assert.Equal((published.Id, """{"text":"out"}"""), (message.Id, message.Body));
        Assert.Contains(message.Attributes, attribute => attribute is { Key: "ce-type", Value: "noted" });
        Assert.Empty(await Queues.AllAsync(options));
    }

    [Fact]
    public async Task An_event_that_nobody_waits_for_is_refused_unless_it_may_be_dropped()
    {
        var options = await Queues.SharedAsync();
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqs(options));
        var refused = await Assert.ThrowsAsync<PublishException>(() => bus.PublishAsync(new Noted("x")).AsTask());
        Assert.False(refused.MayBeStored);
        Assert.Contains("ALD2307", refused.ToString(), StringComparison.Ordinal);
        await using var dropping = await EventBus.StartAsync(bus => bus.UseSqs(options with { WhenUnroutable = SqsUnroutable.Drop }));
        await dropping.PublishAsync(new Noted("x"));
    }

    [Fact]
    public async Task The_queue_of_a_private_group_whose_process_has_died_is_deleted_by_whoever_publishes()
    {
        var options = await Queues.SharedAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        using var client = Queues.Client(options);
        await client.CreateQueueAsync(options.Topology.Prefix + "-noted--_0123456789");
        await using var transport = await OpenAsync(options, time);
        await using var receiver = await transport.OpenReceiverAsync(new ReceiverSpec(TopicName.Parse("noted"), GroupName.Parse("readers"), 10), CancellationToken.None);
        await using var alive = await transport.OpenReceiverAsync(new ReceiverSpec(TopicName.Parse("noted"), GroupName.Parse("each-instance.1"), 10) { IsPrivate = true }, CancellationToken.None);
        await using var sender = await transport.OpenSenderAsync(TopicName.Parse("noted"), CancellationToken.None);
        var before = await Queues.AllAsync(options);
        for (var minute = 0; minute < 8; minute++)
        {
            await sender.SendAsync(new[] { Envelope("noted", [1]) }, CancellationToken.None);
            await Task.Delay(100);
            time.Advance(TimeSpan.FromMinutes(1));
        }

        await Until.TrueAsync(() => Queues.AllAsync(options).GetAwaiter().GetResult().Count == before.Count - 1);
        Assert.DoesNotContain(await Queues.AllAsync(options), url => url.EndsWith("--_0123456789", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_delay_that_is_longer_than_SQS_hides_an_event_is_kept_by_a_copy()
    {
        var options = await Queues.SharedAsync();
        await using var transport = await OpenAsync(options, TimeProvider.System);
        await using var receiver = await transport.OpenReceiverAsync(new ReceiverSpec(TopicName.Parse("noted"), GroupName.Parse("readers"), 10), CancellationToken.None);
        await using var sender = await transport.OpenSenderAsync(TopicName.Parse("noted"), CancellationToken.None);
        await sender.SendAsync(new[] { Envelope("noted", [1]) }, CancellationToken.None);
        var buffer = new Delivery[10];
        await receiver.ReceiveAsync(buffer, CancellationToken.None);
        await receiver.SettleAsync(new[] { new Settlement(buffer[0], Verdict.Retry(TimeSpan.FromDays(2)), []) }, CancellationToken.None);
        using var enough = new CancellationTokenSource(TimeSpan.FromSeconds(2));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiver.ReceiveAsync(buffer, enough.Token).AsTask());
        Assert.Equal(1, (await transport.ReadBacklogAsync(TopicName.Parse("noted"), GroupName.Parse("readers"), CancellationToken.None)).Depth);

        var waiting = new Aldis.Sqs.Waiting(3, 2 * 24 * 60 * 60);
        Assert.Equal(5, waiting.Hides);
        Assert.Equal(waiting.Seconds, Enumerable.Range(1, 10).Sum(receives => waiting.Rest(receives)));
        Assert.Equal(0, waiting.Rest(6));
    }

    private static async Task<SqsTransport> OpenAsync(SqsOptions options, TimeProvider time)
    {
        var transport = new SqsTransport(options, new TransportContext(time, NullLoggerFactory.Instance));
        await transport.StartAsync(CancellationToken.None);
        return transport;
    }

    private static Envelope Envelope(string topic, byte[] body) => new()
    {
        Id = EventId.New(TimeProvider.System), Topic = TopicName.Parse(topic), Type = topic, Source = "/test", Time = DateTimeOffset.UnixEpoch, ContentType = "application/octet-stream", Body = body,
    };

    private sealed class BodyStore : ISqsBodyStore
    {
        public ConcurrentDictionary<string, ReadOnlyMemory<byte>> Kept { get; } = new();

        public ValueTask<string> PutAsync(EventId id, ReadOnlyMemory<byte> body, CancellationToken cancel)
        {
            Kept[$"bucket/{id}"] = body.ToArray();
            return new($"bucket/{id}");
        }

        public ValueTask<ReadOnlyMemory<byte>> GetAsync(string reference, CancellationToken cancel) => new(Kept[reference]);
    }

    private sealed class Outlet : ISqsOutlet
    {
        public ConcurrentQueue<SqsMessage> Messages { get; } = [];

        public ValueTask PublishAsync(TopicName topic, IReadOnlyList<SqsMessage> messages, CancellationToken cancel)
        {
            messages.ToList().ForEach(Messages.Enqueue);
            return ValueTask.CompletedTask;
        }
    }

    /// <summary>A service that does not take the last entry of a request with several, the first time that it sees it.</summary>
    private sealed class PartialFailures : HttpClientFactory, IDisposable
    {
        private readonly HttpClient _client;

        public PartialFailures() => _client = new HttpClient(new Handler(this) { InnerHandler = new SocketsHttpHandler() });

        public ConcurrentQueue<string> Refused { get; } = [];

        public ConcurrentQueue<string> Sent { get; } = [];

        public override HttpClient CreateHttpClient(IClientConfig clientConfig) => _client;

        public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => false;

        public override bool DisposeHttpClientsAfterUse(IClientConfig clientConfig) => false;

        public void Dispose() => _client.Dispose();

        private sealed class Handler(PartialFailures all) : DelegatingHandler
        {
            protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
            {
                if (!request.Headers.TryGetValues("X-Amz-Target", out var target) || target.Single() != "AmazonSQS.SendMessageBatch")
                {
                    return await base.SendAsync(request, cancellationToken);
                }

                var json = JsonNode.Parse(await request.Content!.ReadAsStringAsync(cancellationToken))!;
                var entries = json["Entries"]!.AsArray();
                string Id(JsonNode entry) => entry["MessageAttributes"]!["ce-id"]!["StringValue"]!.GetValue<string>();
                entries.ToList().ForEach(entry => all.Sent.Enqueue(Id(entry!)));
                var last = entries[^1]!;
                if (entries.Count == 1 || all.Refused.Contains(Id(last)))
                {
                    return await base.SendAsync(request, cancellationToken);
                }

                all.Refused.Enqueue(Id(last));
                entries.RemoveAt(entries.Count - 1);
                var type = request.Content.Headers.ContentType;
                request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(json.ToJsonString()));
                request.Content.Headers.ContentType = type;
                var response = await base.SendAsync(request, cancellationToken);
                var answer = JsonNode.Parse(await response.Content.ReadAsStringAsync(cancellationToken))!;
                answer["Failed"] = new JsonArray(new JsonObject { ["Id"] = last["Id"]!.GetValue<string>(), ["SenderFault"] = false, ["Code"] = "InternalError", ["Message"] = "Try again." });
                return new HttpResponseMessage(HttpStatusCode.OK) { Content = new StringContent(answer.ToJsonString(), Encoding.UTF8, "application/x-amz-json-1.0"), RequestMessage = request };
            }
        }
    }
}
