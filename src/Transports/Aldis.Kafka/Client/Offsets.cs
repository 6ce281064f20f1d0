using System.Runtime.InteropServices;
using System.Text;
using Confluent.Kafka;
using static Aldis.Kafka.Librdkafka;

namespace Aldis.Kafka;

/// <summary>The place of a group in a partition, with the note beside it.</summary>
/// <param name="Partition">The partition.</param>
/// <param name="Offset">The next event to be read; negative where the group has no place.</param>
/// <param name="Note">What was written beside it; empty where there is nothing.</param>
internal readonly record struct Place(TopicPartition Partition, long Offset, string Note);

/// <summary>Reads and commits the places of a group, notes included.</summary>
internal static unsafe class Offsets
{
    /// <summary>What is committed for the group of a consumer.</summary>
    /// <exception cref="KafkaException">The brokers did not tell.</exception>
    public static List<Place> Committed(SafeHandle consumer, IReadOnlyCollection<TopicPartition> partitions, TimeSpan timeout)
    {
        var list = NewList(partitions.Count);
        try
        {
            foreach (var partition in partitions)
            {
                Add(list, partition.Topic, partition.Partition.Value);
            }

            Check(Librdkafka.Committed(consumer, list, (int)timeout.TotalMilliseconds));
            var places = new List<Place>(partitions.Count);
            foreach (ref readonly var entry in new ReadOnlySpan<PartitionEntry>(list->Entries, list->Count))
            {
                Check(entry.Error);
                var topic = Marshal.PtrToStringUTF8((nint)entry.Topic)!;
                places.Add(new Place(new TopicPartition(topic, entry.Partition), entry.Offset, entry.Metadata is null ? "" : Encoding.UTF8.GetString(entry.Metadata, (int)entry.MetadataSize)));
            }

            return places;
        }
        finally
        {
            Destroy(list);
        }
    }

    /// <summary>Commits. Without waiting, the outcome comes to the handler of the consumer.</summary>
    public static ErrorCode Commit(SafeHandle consumer, IReadOnlyCollection<Place> places, bool wait)
        => With(places, list => (nint)(int)Librdkafka.Commit(consumer, (PartitionList*)list, wait ? 0 : 1)) is var result ? (ErrorCode)(int)result : default;

    /// <summary>Makes the places part of a transaction.</summary>
    /// <returns>What went wrong, and whether the producer is of no use any more.</returns>
    public static (ErrorCode Code, bool IsFatal) Send(SafeHandle producer, SafeHandle consumer, IReadOnlyCollection<Place> places, TimeSpan timeout)
    {
        var metadata = GroupMetadata(consumer);
        var error = (void*)With(places, list => (nint)SendOffsets(producer, (PartitionList*)list, metadata, (int)timeout.TotalMilliseconds));
        DestroyGroupMetadata(metadata);
        if (error is null)
        {
            return (ErrorCode.NoError, false);
        }

        var outcome = (CodeOf(error), Librdkafka.IsFatal(error) != 0);
        DestroyError(error);
        return outcome;
    }

    /// <summary>The notes are memory of this process, lent for the call: they are taken out of the list before it is freed.</summary>
    private static nint With(IReadOnlyCollection<Place> places, Func<nint, nint> call)
    {
        var list = NewList(places.Count);
        var notes = new byte*[places.Count];
        try
        {
            var index = 0;
            foreach (var (partition, offset, note) in places)
            {
                var entry = Add(list, partition.Topic, partition.Partition.Value);
                entry->Offset = offset;
                entry->Metadata = notes[index++] = (byte*)Marshal.StringToCoTaskMemUTF8(note);
                entry->MetadataSize = (nuint)Encoding.UTF8.GetByteCount(note);
            }

            return call((nint)list);
        }
        finally
        {
            for (var index = 0; index < list->Count; index++)
            {
                list->Entries[index].Metadata = null;
                list->Entries[index].MetadataSize = 0;
                Marshal.FreeCoTaskMem((nint)notes[index]);
            }

            Destroy(list);
        }
    }

    private static void Check(ErrorCode code)
    {
        if (code != ErrorCode.NoError)
        {
            throw new KafkaException(code);
        }
    }
}
