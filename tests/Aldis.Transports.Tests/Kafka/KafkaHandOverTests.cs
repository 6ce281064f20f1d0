namespace Aldis.Transports.Tests.Kafka;

/// <summary>A partition that is given away has been committed as given away: whoever gets it would else count a death that was none.</summary>
public sealed class KafkaHandOverTests
{
    [Fact]
    public void What_is_settled_as_a_partition_goes_is_not_committed_as_that_of_a_member_at_work()
    {
        var partition = new KafkaIntake();
        partition.Take(0);
        var last = partition.HandOut();
        Assert.False(Aldis.Kafka.Note.Read(Assert.Single(partition.Intake.Leave([KafkaIntake.Partition], TimeSpan.Zero)).Note).IsOpen);
        partition.Settle(last);
        Assert.Empty(partition.Intake.Progress());
    }

    [Fact]
    public void What_is_settled_as_a_receiver_goes_is_not_committed_as_that_of_a_member_at_work()
    {
        var partition = new KafkaIntake();
        partition.Take(0);
        var last = partition.HandOut();
        var settling = partition.Intake.BeginSettle(last);
        Assert.False(Aldis.Kafka.Note.Read(Assert.Single(partition.Intake.Close()).Note).IsOpen);
        partition.Intake.EndSettle(settling, last, keepsRetries: false);
        Assert.Empty(partition.Intake.Progress());
    }
}
