using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Kafka;

/// <summary>Progress that the brokers refuse.</summary>
public sealed class KafkaCommitTests
{
    private const int OffsetCommit = 8;

    [Fact]
    public async Task Commits_that_are_refused_are_told_once_and_made_again()
    {
        using var log = new WrittenLog();
        await using var group = new KafkaGroup(log: log);
        await using var receiver = await group.OpenAsync();
        await group.PublishAsync(KafkaGroup.Event());
        var delivery = await KafkaGroup.ReceiveAsync(receiver);
        group.Cluster.Fail(OffsetCommit, Confluent.Kafka.ErrorCode.GroupAuthorizationFailed, times: 3);
        await KafkaGroup.SettleAsync(receiver, delivery, Verdict.Done);
        await Until.TrueAsync(async () => (await group.Transport.ReadBacklogAsync(KafkaGroup.Spec.Topic, KafkaGroup.Spec.Group, CancellationToken.None)).Depth == 0);
        Assert.Single(log.Texts, text => text.Contains("could not be committed (GroupAuthorizationFailed)", StringComparison.Ordinal));
    }
}
