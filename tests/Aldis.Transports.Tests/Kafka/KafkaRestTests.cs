using Aldis.Events;
using Aldis.Kafka;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Kafka;

/// <summary>What a member reads while it has no room.</summary>
public sealed class KafkaRestTests
{
    private const int Capacity = 10;

    [Fact]
    public async Task Partitions_that_come_to_a_member_without_room_rest_with_the_others()
    {
        const int Events = 4000;
        await using var group = new KafkaGroup();
        await group.PublishAsync([.. Enumerable.Range(0, Events).Select(number => KafkaGroup.Event($"{number}"))]);
        using var cluster = new Cluster(group.Options, group.Context);
        var (staying, leaving, roomy) = (new Intake(Capacity, TimeProvider.System), new Intake(Capacity, TimeProvider.System), new Intake(int.MaxValue, TimeProvider.System));
        var (member, guest) = (new GroupReader(cluster, staying, KafkaGroup.Spec), new GroupReader(cluster, leaving, KafkaGroup.Spec));
        var other = new GroupReader(cluster, roomy, KafkaGroup.Spec with { Group = GroupName.Parse("others") });
        guest.Start();
        await Until.TrueAsync(() => Partitions(leaving) == 4 && IsFull(leaving));
        member.Start();
        await Until.TrueAsync(() => Partitions(staying) == 2 && Partitions(leaving) == 2 && IsFull(staying));
        await guest.StopAsync();
        await Until.TrueAsync(() => Partitions(staying) == 4 && IsFull(staying));

        // In the time in which a member of another group joins and reads it all, this one could have read it, too.
        other.Start();
        var read = new List<Taken>();
        await Until.TrueAsync(() =>
        {
            roomy.HandOut(int.MaxValue, read);
            return read.Count == Events;
        });
        var taken = new List<Taken>();
        staying.HandOut(int.MaxValue, taken);
        await Task.WhenAll(member.StopAsync().AsTask(), other.StopAsync().AsTask());
        Assert.InRange(taken.Count, 1, Capacity + (3 * 128));
    }

    private static bool IsFull(Intake intake) => !intake.AwaitRoom(TimeSpan.Zero);

    /// <summary>How many partitions of the topic a member has, those of retries not counted.</summary>
    private static int Partitions(Intake intake) => intake.Next().Count(place => place.Topic.EndsWith("noted", StringComparison.Ordinal));
}
