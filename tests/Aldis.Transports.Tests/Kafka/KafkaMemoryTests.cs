namespace Aldis.Transports.Tests.Kafka;

/// <summary>What is remembered of a partition. The memory of the process is measured: it runs alone.</summary>
[CollectionDefinition(nameof(KafkaMemoryTests), DisableParallelization = true)]
public sealed class KafkaMemoryCollection;

/// <summary>What is remembered of a partition, and what the next member gets of it.</summary>
[Collection(nameof(KafkaMemoryTests))]
public sealed class KafkaMemoryTests
{
    [Fact]
    public void What_is_settled_behind_a_slow_event_costs_no_memory()
    {
        const int Rounds = 20_000, Together = 100;
        var partition = new KafkaIntake();
        partition.Take(0);
        partition.HandOut();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        for (var offset = 1; offset < Rounds * Together; offset += Together)
        {
            for (var one = 0; one < Together; one++)
            {
                partition.Take(offset + one);
            }

            partition.Settle(partition.HandOut());
        }

        var more = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.InRange(more, long.MinValue, 4 << 20);
        var place = Assert.Single(partition.Intake.Close());
        Assert.Equal((0, 2), (place.Offset, Aldis.Kafka.Note.Read(place.Note).Runs.Count));
    }

    [Fact]
    public void The_next_member_gets_what_is_not_settled_and_nothing_else()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var offsets = Enumerable.Range(0, 200).Where(_ => random.Next(4) > 0).Select(number => (long)number).ToList();
            var left = offsets.ToHashSet();
            Aldis.Kafka.Place? place = null;
            for (var member = 0; member < 4; member++)
            {
                place = Serve(place, offsets, left, random, seed);
            }
        }
    }

    /// <summary>A member reads some of a partition, settles some of that, and goes.</summary>
    private static Aldis.Kafka.Place Serve(Aldis.Kafka.Place? place, List<long> offsets, HashSet<long> left, Random random, int seed)
    {
        var (partition, end) = (new KafkaIntake(place), random.Next(offsets.Count));
        var read = offsets.Take(end).Where(offset => offset >= (place?.Offset ?? 0)).ToList();
        read.ForEach(partition.Take);
        var given = partition.HandOut().ToDictionary(one => ((Aldis.Kafka.Taken)one.Delivery.Lease!).Record!.Offset.Value);
        Assert.True(given.Keys.ToHashSet().SetEquals(read.Where(left.Contains)), $"seed {seed}");
        Assert.All(offsets.Where(offset => offset < (place?.Offset ?? 0)), offset => Assert.DoesNotContain(offset, left));
        foreach (var (offset, one) in given.OrderBy(_ => random.Next()).Take(random.Next(given.Count + 1)))
        {
            partition.Settle(one);
            left.Remove(offset);
        }

        return Assert.Single(partition.Intake.Close());
    }
}
