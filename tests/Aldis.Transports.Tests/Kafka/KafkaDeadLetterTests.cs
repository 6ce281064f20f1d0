using System.Text;
using Aldis.Kafka;
using Confluent.Kafka;

namespace Aldis.Transports.Tests.Kafka;

/// <summary>What becomes of dead letters while events die.</summary>
public sealed class KafkaDeadLetterTests
{
    [Fact]
    public async Task An_event_that_dies_again_while_it_is_redriven_is_a_dead_letter_again()
    {
        await using var group = new KafkaGroup();
        await using var receiver = await group.OpenAsync();
        var noted = KafkaGroup.Event();
        await group.PublishAsync(noted);
        await KafkaGroup.SettleAsync(receiver, await KafkaGroup.ReceiveAsync(receiver), Verdict.Dead("first"));

        // The tombstone comes two seconds after the retry.
        await using var slow = new KafkaTransport(group.Options with { Linger = TimeSpan.FromSeconds(2) }, group.Context);
        var redriving = slow.RedriveAsync(DeadLetterFilter.All).AsTask();
        await KafkaGroup.SettleAsync(receiver, await KafkaGroup.ReceiveAsync(receiver), Verdict.Dead("second"));
        Assert.Equal(1, await redriving);

        var letter = Assert.Single(await group.DeadAsync());
        Assert.Equal((noted.Id, "second"), (letter.Envelope.Id, letter.Reason));
        Assert.Equal(1, await group.Transport.DiscardAsync(DeadLetterFilter.All));
        Assert.Empty(await group.DeadAsync());
    }

    [Fact]
    public async Task Several_deaths_of_one_event_are_one_dead_letter_also_where_an_earlier_version_wrote_one()
    {
        await using var group = new KafkaGroup();
        await using var receiver = await group.OpenAsync();
        using var stranger = group.Stranger();
        var noted = KafkaGroup.Event();
        var earlier = RecordWriter.Dead(new Delivery(noted, 1, null, 0), Verdict.Dead("earlier"), TimeProvider.System);
        earlier.Key = Encoding.ASCII.GetBytes(noted.Id.ToString());
        await stranger.ProduceAsync(group.DeadTopic, earlier);
        Assert.Equal("earlier", Assert.Single(await group.DeadAsync()).Reason);

        await group.PublishAsync(noted);
        await KafkaGroup.SettleAsync(receiver, await KafkaGroup.ReceiveAsync(receiver), Verdict.Dead("later"));
        Assert.Equal("later", Assert.Single(await group.DeadAsync()).Reason);
        Assert.Equal(1, await group.Transport.RedriveAsync(DeadLetterFilter.All));
        Assert.Empty(await group.DeadAsync());
        Assert.Equal(noted.Id, (await KafkaGroup.ReceiveAsync(receiver)).Envelope.Id);
    }

    [Fact]
    public async Task Dead_letters_are_all_listed_while_others_come()
    {
        const int Letters = 24, SlowBroker = 1;
        await using var group = new KafkaGroup();
        await using var receiver = await group.OpenAsync();
        await group.PublishAsync([.. Enumerable.Range(0, Letters).Select(_ => KafkaGroup.Event())]);
        for (var letter = 0; letter < Letters; letter++)
        {
            await KafkaGroup.SettleAsync(receiver, await KafkaGroup.ReceiveAsync(receiver), Verdict.Dead("no"));
        }

        using var stranger = group.Stranger();
        using var admin = new DependentAdminClientBuilder(stranger.Handle).Build();
        var quick = admin.GetMetadata(group.DeadTopic, TimeSpan.FromSeconds(10)).Topics.Single().Partitions.Where(partition => partition.Leader != SlowBroker).ToArray();
        group.Cluster.Slow(SlowBroker, TimeSpan.FromSeconds(1));
        using var enough = new CancellationTokenSource();
        var writing = Task.WhenAll(quick.Select(async partition =>
        {
            while (!enough.IsCancellationRequested)
            {
                await stranger.ProduceAsync(new TopicPartition(group.DeadTopic, partition.PartitionId), new Message<byte[], byte[]> { Key = [1], Value = [1] });
                await Task.Delay(50);
            }
        }));
        var found = await group.DeadAsync();
        await enough.CancelAsync();
        await writing;
        Assert.Equal(Letters, found.Length);
    }
}
