using Aldis.Errors;
using Aldis.Transports.Tests.Sqlite;
using Confluent.Kafka;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Kafka;

/// <summary>A record that is no event, and a dead-letter topic that does not take it.</summary>
[Trait("Failure", "F28")]
public sealed class KafkaBurialTests
{
    private const int Produce = 0;

    [Fact]
    public async Task A_record_that_cannot_be_buried_is_told_and_tried_again_with_patience()
    {
        var time = new FakeTimeProvider(DateTimeOffset.UnixEpoch);
        await using var group = new KafkaGroup(time);
        await using var receiver = await group.OpenAsync();
        using var stranger = group.Stranger();
        await stranger.ProduceAsync(group.Options.Prefix + "noted", new Message<byte[], byte[]> { Value = [1] });
        group.Cluster.Fail(Produce, Confluent.Kafka.ErrorCode.TopicAuthorizationFailed, times: 1);
        var told = await Assert.ThrowsAsync<TransportException>(() => KafkaGroup.ReceiveAsync(receiver));
        Assert.Equal("ALD2202", told.Code);

        // It would be buried by now; but it waits, and others come.
        var noted = KafkaGroup.Event();
        await group.PublishAsync(noted);
        Assert.Equal(noted.Id, (await KafkaGroup.ReceiveAsync(receiver)).Envelope.Id);
        Assert.Empty(await group.DeadAsync());

        time.Advance(TimeSpan.FromSeconds(1));
        using var enough = new CancellationTokenSource();
        var receiving = receiver.ReceiveAsync(new Delivery[1], enough.Token).AsTask();
        await Until.TrueAsync(async () => (await group.DeadAsync()).Length == 1);
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => receiving);
    }
}
