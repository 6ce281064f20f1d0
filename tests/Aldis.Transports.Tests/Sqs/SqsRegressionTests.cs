using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Aldis.Events;
using Aldis.Sqs;
using Aldis.Transports.Tests.Failures;
using Aldis.Transports.Tests.Sqlite;
using Amazon.SQS.Model;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Sqs;

/// <summary>What once went wrong.</summary>
public sealed class SqsRegressionTests
{
    private const string Hides = "ChangeMessageVisibilityBatch";

    private static readonly TopicName _topic = TopicName.Parse("noted");
    private static readonly ReceiverSpec _readers = new(_topic, GroupName.Parse("readers"), 10);

    [Fact]
    public async Task A_publisher_that_was_silent_for_long_knows_the_groups_that_came_meanwhile()
    {
        var options = await Queues.SharedAsync();
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var publishing = await OpenAsync(options, time);
        await using var sender = await publishing.OpenSenderAsync(_topic, CancellationToken.None);
        await using var transport = await OpenAsync(options, TimeProvider.System);
        await using var first = await transport.OpenReceiverAsync(_readers, CancellationToken.None);
        await sender.SendAsync(new[] { Envelope(1) }, CancellationToken.None);
        await using var second = await transport.OpenReceiverAsync(_readers with { Group = GroupName.Parse("later") }, CancellationToken.None);
        time.Advance(TimeSpan.FromHours(1));
        await sender.SendAsync(new[] { Envelope(2) }, CancellationToken.None);
        Assert.Equal(2, (await OneAsync(second)).Envelope.Body.Span[0]);
    }

    [Fact]
    public async Task A_publish_fails_where_the_list_of_queues_is_too_old_and_there_is_no_other()
    {
        var isListed = true;
        using var meddling = new Meddling((call, body, _) => Task.FromResult(call != "ListQueues" || Volatile.Read(ref isListed) ? body : null));
        var options = await Queues.SharedAsync() with { Refresh = TimeSpan.Zero, PublishTimeout = TimeSpan.FromMilliseconds(100), Configure = config => config.HttpClientFactory = meddling };
        await using var transport = await OpenAsync(options, TimeProvider.System);
        await using var receiver = await transport.OpenReceiverAsync(_readers, CancellationToken.None);
        await using var sender = await transport.OpenSenderAsync(_topic, CancellationToken.None);
        await sender.SendAsync(new[] { Envelope(1) }, CancellationToken.None);
        Volatile.Write(ref isListed, false);
        var failed = await Assert.ThrowsAsync<TransportException>(() => sender.SendAsync(new[] { Envelope(2) }, CancellationToken.None).AsTask());
        Assert.Equal("ALD2301", failed.Code);
        Volatile.Write(ref isListed, true);
        await sender.SendAsync(new[] { Envelope(3) }, CancellationToken.None);
    }

    [Fact]
    public async Task What_was_here_for_too_long_is_not_handed_out_and_not_kept()
    {
        var options = await Queues.SharedAsync() with { Visibility = TimeSpan.FromSeconds(2) };
        var time = new Sleeper();
        await using var transport = await OpenAsync(options, time);
        await using var receiver = await transport.OpenReceiverAsync(_readers, CancellationToken.None);
        await using var sender = await transport.OpenSenderAsync(_topic, CancellationToken.None);
        await sender.SendAsync(new[] { Envelope(1), Envelope(2) }, CancellationToken.None);
        var held = await OneAsync(receiver);

        // As a process that was stopped for so long; of what it has received, one is with its handler and one is not.
        time.Sleep(TimeSpan.FromMinutes(1));
        Assert.Single(await receiver.SettleAsync(new[] { new Settlement(held, Verdict.Done, []) }, CancellationToken.None));
        for (var settled = new HashSet<byte>(); settled.Count < 2;)
        {
            var again = await OneAsync(receiver);
            Assert.Empty(await receiver.SettleAsync(new[] { new Settlement(again, Verdict.Done, []) }, CancellationToken.None));
            settled.Add(again.Envelope.Body.Span[0]);
        }

        await Until.TrueAsync(() => ((SqsReceiver)receiver).Holding == 0);
    }

    [Fact]
    public async Task A_request_that_is_not_answered_does_not_cost_what_is_held()
    {
        var (asked, kept) = (0, 0);
        using var meddling = new Meddling(async (call, body, cancel) =>
        {
            if (call == Hides && Interlocked.Increment(ref asked) == 1)
            {
                await Task.Delay(Timeout.Infinite, cancel);
            }

            kept += call == Hides ? 1 : 0;
            return body;
        });
        var options = await Queues.SharedAsync() with { Visibility = TimeSpan.FromSeconds(6), Configure = config => config.HttpClientFactory = meddling };
        await using var transport = await OpenAsync(options, TimeProvider.System);
        await using var receiver = await transport.OpenReceiverAsync(_readers, CancellationToken.None);
        await using var sender = await transport.OpenSenderAsync(_topic, CancellationToken.None);
        await sender.SendAsync(new[] { Envelope(1) }, CancellationToken.None);
        var held = await OneAsync(receiver);
        await Until.TrueAsync(() => Volatile.Read(ref kept) > 1);
        Assert.Empty(await receiver.SettleAsync(new[] { new Settlement(held, Verdict.Done, []) }, CancellationToken.None));
    }

    [Fact]
    public async Task A_long_wait_is_not_shorter_where_the_service_did_not_hide_its_event()
    {
        var hidden = new ConcurrentQueue<int>();
        using var meddling = new Meddling((call, body, _) =>
        {
            if (call == Hides)
            {
                hidden.Enqueue(JsonNode.Parse(body)!["Entries"]![0]!["VisibilityTimeout"]!.GetValue<int>());
            }

            return Task.FromResult(call == Hides && hidden.Count == 1 ? null : body);
        });
        var options = await Queues.SharedAsync() with { Visibility = TimeSpan.FromSeconds(2), Configure = config => config.HttpClientFactory = meddling };
        await using var transport = await OpenAsync(options, TimeProvider.System);
        await using var receiver = await transport.OpenReceiverAsync(_readers, CancellationToken.None);
        using var client = Queues.Client(options);
        await client.SendMessageAsync(new SendMessageRequest((await client.GetQueueUrlAsync(options.Topology.Prefix + "-noted--readers")).QueueUrl, "{}")
        {
            MessageAttributes = new() { [Names.Wait] = new() { DataType = Names.Text, StringValue = new Aldis.Sqs.Waiting(1, Aldis.Sqs.Waiting.LongestHide + 60).ToString() } },
        });
        using var enough = new CancellationTokenSource();
        var receiving = OneAsync(receiver, enough.Token);
        await Until.TrueAsync(() => hidden.Count == 2);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
        Assert.Equal([Aldis.Sqs.Waiting.LongestHide, Aldis.Sqs.Waiting.LongestHide], hidden);
    }

    [Fact]
    public async Task A_wait_that_is_longer_than_the_queue_keeps_an_event_is_cut_to_fit()
    {
        var copies = new ConcurrentQueue<string>();
        using var meddling = new Meddling((call, body, _) =>
        {
            if (call == "SendMessageBatch")
            {
                copies.Enqueue(body);
            }

            return Task.FromResult<string?>(body);
        });
        using var log = new RecordedLog();
        var options = await Queues.SharedAsync() with { Configure = config => config.HttpClientFactory = meddling };
        await using var transport = await OpenAsync(options, TimeProvider.System, log);
        await using var receiver = await transport.OpenReceiverAsync(_readers, CancellationToken.None);
        await using var sender = await transport.OpenSenderAsync(_topic, CancellationToken.None);
        await sender.SendAsync(new[] { Envelope(1) }, CancellationToken.None);
        Assert.Empty(await receiver.SettleAsync(new[] { new Settlement(await OneAsync(receiver), Verdict.Retry(TimeSpan.FromDays(5)), []) }, CancellationToken.None));
        var seconds = (int)(options.Topology.Retention * 0.9).TotalSeconds;
        Assert.Contains($"seconds={seconds}", copies.Last(), StringComparison.Ordinal);
        Assert.Contains(2309, log.Warnings);
    }

    [Fact]
    public async Task Looking_at_dead_letters_ends_where_those_seen_first_are_visible_again()
    {
        using var meddling = new Meddling((call, body, _) => Task.FromResult<string?>(call == "ReceiveMessage" ? body.Replace("\"VisibilityTimeout\":120", "\"VisibilityTimeout\":0", StringComparison.Ordinal) : body));
        var options = await Queues.SharedAsync() with { Configure = config => config.HttpClientFactory = meddling };
        await using var transport = await OpenAsync(options, TimeProvider.System);
        await using var receiver = await transport.OpenReceiverAsync(_readers, CancellationToken.None);
        using var client = Queues.Client(options);
        var url = (await client.GetQueueUrlAsync(options.Topology.Prefix + "_dead-noted--readers")).QueueUrl;
        await client.SendMessageBatchAsync(url, [.. Enumerable.Range(0, 10).Select(number => new SendMessageBatchRequestEntry($"{number}", $"{number}"))]);
        using var tooLong = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var seen = await transport.ListAsync(new DeadLetterFilter(), tooLong.Token).ToListAsync(tooLong.Token);
        Assert.Equal(10, seen.Count);
    }

    private static async Task<Delivery> OneAsync(IReceiver receiver, CancellationToken cancel = default)
    {
        var buffer = new Delivery[1];
        while (await receiver.ReceiveAsync(buffer, cancel) == 0)
        {
        }

        return buffer[0];
    }

    private static async Task<SqsTransport> OpenAsync(SqsOptions options, TimeProvider time, ILoggerFactory? log = null)
    {
        var transport = new SqsTransport(options, new TransportContext(time, log ?? NullLoggerFactory.Instance));
        await transport.StartAsync(CancellationToken.None);
        return transport;
    }

    private static Envelope Envelope(byte number) => new()
    {
        Id = EventId.New(TimeProvider.System), Topic = _topic, Type = "noted", Source = "/test", Time = DateTimeOffset.UnixEpoch, ContentType = "application/octet-stream", Body = new[] { number },
    };

    /// <summary>The clock of a process that sleeps for a while, timers included.</summary>
    private sealed class Sleeper : TimeProvider
    {
        private long _slept;

        public void Sleep(TimeSpan span) => Interlocked.Add(ref _slept, (long)(span.TotalSeconds * TimestampFrequency));

        public override long GetTimestamp() => base.GetTimestamp() + Interlocked.Read(ref _slept);
    }
}
