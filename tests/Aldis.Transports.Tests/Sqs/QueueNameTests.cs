using Aldis.Events;
using Aldis.Sqs;

namespace Aldis.Transports.Tests.Sqs;

/// <summary>Whatever a topic and a group are named, SQS can have their queue, and the queues of one topic are not found among those of another.</summary>
public sealed class QueueNameTests
{
    private static readonly string[] _names =
    [
        "a", "b", "a-b", "a--b", "a.b", "a_b", "a__b", "a-_b", "a_-b", "a.-b", "a-.b", "orders.placed", "orders_placed", "orders.placed.v2", "Orders.Placed", "orders-placed", new('x', 100), new string('x', 99) + "y",
        "each-instance.0192f3a4-7c1e-7b52-8a39-5d2f6e1c9b04", "a.very.long.name.of.a.topic.that.is.cut", "a.very.long.name.of.a.topic.that.is.cut.off", "dead-a", "a--b--c", "a-b--c",
    ];

    private static readonly SqsTopology _topology = new() { Prefix = "aldis" };

    [Fact]
    public void The_names_are_those_of_the_documentation()
    {
        var (topic, group) = (TopicName.Parse("orders.placed"), GroupName.Parse("billing"));
        Assert.Equal("aldis-orders_placed--billing", _topology.QueueOf(topic, group));
        Assert.Equal("aldis_dead-orders_placed--billing", QueueNames.DeadOf(_topology, topic, group));
        Assert.Equal("aldis-orders_placed--billing.fifo", (_topology with { Fifo = true }).QueueOf(topic, group));
    }

    [Fact]
    public void Every_pair_of_a_topic_and_a_group_has_a_queue_of_its_own_that_SQS_can_have()
    {
        var topology = _topology with { Prefix = new string('p', QueueNames.MaxPrefix), Fifo = true };
        var all = (from topic in _names from _ in _names.Take(1) from @group in _names select (Topic: TopicName.Parse(topic), Group: GroupName.Parse(@group))).ToArray();
        string[] queues = [.. all.SelectMany(one => new[]
        {
            topology.QueueOf(one.Topic, one.Group), QueueNames.DeadOf(topology, one.Topic, one.Group), QueueNames.OfPrivate(topology, one.Topic, one.Group),
        })];
        Assert.Equal(queues.Length, queues.Distinct().Count());
        Assert.All(queues, queue => Assert.True(queue.Length <= 80 && queue[..^5].All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_'), queue));
    }

    [Fact]
    public void The_queues_of_a_topic_are_those_that_begin_with_its_name()
    {
        foreach (var topic in _names.Select(TopicName.Parse))
        {
            var beginning = QueueNames.Beginning(_topology, topic);
            foreach (var (other, group) in from other in _names from @group in _names select (TopicName.Parse(other), GroupName.Parse(@group)))
            {
                Assert.Equal(other == topic, _topology.QueueOf(other, group).StartsWith(beginning, StringComparison.Ordinal));
                Assert.Equal(other == topic, QueueNames.OfPrivate(_topology, other, group).StartsWith(beginning, StringComparison.Ordinal));
                Assert.False(QueueNames.DeadOf(_topology, other, group).StartsWith(beginning, StringComparison.Ordinal));
                Assert.False(QueueNames.IsPrivate(_topology.QueueOf(other, group)));
            }
        }
    }
}
