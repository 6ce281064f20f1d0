using System.Collections.Concurrent;
using System.Text;
using Aldis.Events;
using Aldis.RabbitMq;
using Aldis.Transports.Tests.Failures;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using RabbitMQ.Client;

namespace Aldis.Transports.Tests.RabbitMq;

public sealed class ConsumingTests
{
    /// <summary>What is done out of turn is acknowledged a moment later, and makes room.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(8)]
    public async Task A_slow_event_keeps_no_others_back(int prefetch)
    {
        var server = await Rabbit.SharedAsync();
        using var slow = new SemaphoreSlim(0);
        var handled = new ConcurrentQueue<string>();
        await using var bus = await EventBus.StartAsync(bus => bus.UseRabbitMq(Rabbit.Options(server.Uri) with { Prefetch = prefetch }).Subscribe<Noted>("readers", async (noted, _) =>
        {
            if (noted.Text == "5")
            {
                await slow.WaitAsync();
            }

            handled.Enqueue(noted.Text);
        }, new SubscriptionOptions { Concurrency = 2, MaxUnsettled = 2 }));
        for (var number = 0; number < 40; number++)
        {
            await bus.PublishAsync(new Noted($"{number}"));
        }

        await Until.TrueAsync(() => handled.Count == 39);
        slow.Release();
        await Until.TrueAsync(() => handled.Count == 40);
    }

    /// <summary>As long as there is enough for all, whoever has taken too much keeps it; when there is nothing else, it goes to others, and that is an attempt for nobody.</summary>
    [Fact]
    public async Task What_a_busy_member_has_not_begun_goes_to_an_idle_one_and_is_no_attempt()
    {
        var server = await Rabbit.SharedAsync();
        var options = Rabbit.Options(server.Uri);
        using var slow = new SemaphoreSlim(0);
        var begun = 0;
        await using var bus = await EventBus.StartAsync(bus => bus.UseRabbitMq(options).Subscribe<Noted>("readers", async (_, context) =>
        {
            Interlocked.Increment(ref begun);
            await slow.WaitAsync(context.Cancellation);
        }, new SubscriptionOptions { Concurrency = 1, MaxUnsettled = 1 }));
        for (var number = 0; number < 3; number++)
        {
            await bus.PublishAsync(new Noted($"{number}"));
        }

        await Until.TrueAsync(() => Volatile.Read(ref begun) == 1);
        await using var connection = await new ConnectionFactory { Uri = new Uri(server.Uri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        var idle = new IdleMember(channel);
        await channel.BasicConsumeAsync($"{options.Topology.Prefix}:noted:readers", autoAck: false, idle);

        await Until.TrueAsync(() => idle.Got.Count == 2);
        Assert.All(idle.Got, got => Assert.Equal((false, 0L), got));
        Assert.Equal(1, begun);
        slow.Release(3);
    }

    [Fact]
    public async Task A_member_that_begins_to_wait_while_its_consumer_ends_gets_another()
    {
        var server = await Rabbit.SharedAsync();
        await using var transport = new RabbitMqTransport(Rabbit.Options(server.Uri), new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));
        await transport.StartAsync(CancellationToken.None);
        var (topic, group) = (TopicName.Parse("noted"), GroupName.Parse("readers"));
        await using var receiver = await transport.OpenReceiverAsync(new ReceiverSpec(topic, group, 4), CancellationToken.None);
        var buffer = new Delivery[1];
        var receiving = receiver.ReceiveAsync(buffer, CancellationToken.None).AsTask();
        await ((RabbitMqReceiver)receiver).Consumption!.AskAsync(0, CancellationToken.None);

        await using var sender = await transport.OpenSenderAsync(topic, CancellationToken.None);
        await sender.SendAsync(new[] { Envelopes.Make("late") }, CancellationToken.None);
        Assert.Equal(1, await receiving.WaitAsync(TimeSpan.FromSeconds(20)));
    }

    /// <summary>A queue that somebody else made may drop what is rejected.</summary>
    [Fact]
    public async Task A_message_that_is_no_event_becomes_a_dead_letter_although_its_queue_has_no_place_for_it()
    {
        var server = await Rabbit.SharedAsync();
        var options = Rabbit.Options(server.Uri);
        var name = $"{options.Topology.Prefix}-legacy";
        options = options with { Topology = options.Topology with { UseExisting = true, Exchange = name, QueueName = (_, _) => name } };
        await using var connection = await new ConnectionFactory { Uri = new Uri(server.Uri) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.ExchangeDeclareAsync(name, ExchangeType.Topic, durable: true);
        await channel.QueueDeclareAsync(name, durable: true, exclusive: false, autoDelete: false);
        await channel.QueueBindAsync(name, name, "noted");
        var handled = new ConcurrentQueue<string>();
        await using var bus = await Rabbit.StartAsync(options, handled);

        await channel.BasicPublishAsync(name, "noted", mandatory: true, new BasicProperties { MessageId = "junk-1", Headers = new Dictionary<string, object?> { ["colour"] = "red" } }, "no event"u8.ToArray());
        await bus.PublishAsync(new Noted("after"));
        await Until.TrueAsync(() => handled.Count == 1);
        var letters = await bus.DeadLetters.ListAsync(DeadLetterFilter.All, CancellationToken.None).ToListAsync(CancellationToken.None);
        var letter = Assert.Single(letters, letter => letter.Group.Value == "readers");
        Assert.Equal("no event", Encoding.UTF8.GetString(letter.Envelope.Body.Span));
        Assert.NotEqual("", letter.Reason);
        Assert.Equal(1, await bus.DeadLetters.DiscardAsync(DeadLetterFilter.All));
        await channel.QueueDeleteAsync(name);
        await channel.ExchangeDeleteAsync(name);
    }

    [Fact]
    public void What_is_finished_on_one_broker_is_not_on_another()
    {
        var id = EventId.New(TimeProvider.System);
        Finished.Add("amqp://one:5672/ queue", id);
        Assert.False(Finished.Take("amqp://two:5672/ queue", id));
        Assert.True(Finished.Take("amqp://one:5672/ queue", id));
        Assert.False(Finished.Take("amqp://one:5672/ queue", id));
    }

    private sealed class IdleMember(IChannel channel) : AsyncDefaultBasicConsumer(channel)
    {
        public ConcurrentQueue<(bool IsRedelivered, long Count)> Got { get; } = [];

        public override async Task HandleBasicDeliverAsync(string consumerTag, ulong deliveryTag, bool redelivered, string exchange, string routingKey,
            IReadOnlyBasicProperties properties, ReadOnlyMemory<byte> body, CancellationToken cancellationToken = default)
        {
            Got.Enqueue((redelivered, MessageReader.Number(properties, Names.DeliveryCount) + MessageReader.Number(properties, Names.Attempts)));
            await Channel.BasicAckAsync(deliveryTag, multiple: false, cancellationToken);
        }
    }
}
