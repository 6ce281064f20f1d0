using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;

namespace Aldis.Kafka;

/// <summary>
/// The few calls of librdkafka that its .NET client does not pass on: a committed offset has a note beside it, and the client can neither write nor read it.
/// Each handle is held while a call runs, so that a client cannot be disposed under it.
/// </summary>
internal static unsafe partial class Librdkafka
{
    private const string Library = "librdkafka";

    /// <summary>The client tries them in this order; whichever it has loaded loads here too, and is the same.</summary>
    private static readonly string[] _files = ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"];

    static Librdkafka() => NativeLibrary.SetDllImportResolver(typeof(Librdkafka).Assembly, Resolve);

    /// <summary>The handle of a client in the library.</summary>
    public static SafeHandle Of(Handle handle) => (SafeHandle)LibrdkafkaHandle(handle);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_new")]
    public static partial PartitionList* NewList(int size);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_add", StringMarshalling = StringMarshalling.Utf8)]
    public static partial PartitionEntry* Add(PartitionList* list, string topic, int partition);

    [LibraryImport(Library, EntryPoint = "rd_kafka_topic_partition_list_destroy")]
    public static partial void Destroy(PartitionList* list);

    [LibraryImport(Library, EntryPoint = "rd_kafka_commit")]
    public static partial ErrorCode Commit(SafeHandle client, PartitionList* offsets, int isAsync);

    [LibraryImport(Library, EntryPoint = "rd_kafka_committed")]
    public static partial ErrorCode Committed(SafeHandle client, PartitionList* partitions, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_group_metadata")]
    public static partial void* GroupMetadata(SafeHandle client);

    [LibraryImport(Library, EntryPoint = "rd_kafka_consumer_group_metadata_destroy")]
    public static partial void DestroyGroupMetadata(void* metadata);

    [LibraryImport(Library, EntryPoint = "rd_kafka_send_offsets_to_transaction")]
    public static partial void* SendOffsets(SafeHandle producer, PartitionList* offsets, void* groupMetadata, int timeoutMs);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_code")]
    public static partial ErrorCode CodeOf(void* error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_is_fatal")]
    public static partial int IsFatal(void* error);

    [LibraryImport(Library, EntryPoint = "rd_kafka_error_destroy")]
    public static partial void DestroyError(void* error);

    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "get_LibrdkafkaHandle")]
    [return: UnsafeAccessorType("Confluent.Kafka.Impl.SafeKafkaHandle, Confluent.Kafka")]
    private static extern object LibrdkafkaHandle(Handle handle);

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path)
    {
        if (name == Library)
        {
            foreach (var file in _files)
            {
                if (NativeLibrary.TryLoad(file, typeof(Handle).Assembly, path, out var library))
                {
                    return library;
                }
            }
        }

        return 0;
    }

    /// <summary>rd_kafka_topic_partition_list_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PartitionList
    {
        public int Count;
        public int Size;
        public PartitionEntry* Entries;
    }

    /// <summary>rd_kafka_topic_partition_t.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PartitionEntry
    {
        public byte* Topic;
        public int Partition;
        public long Offset;
        public byte* Metadata;
        public nuint MetadataSize;
        public void* Opaque;
        public ErrorCode Error;
        public void* Private;
    }
}
