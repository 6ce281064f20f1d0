using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Sqlite;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis;

/// <summary>
/// A durable queue in one SQLite file, shared by all processes of a machine: a publish is complete when it is on the disk (WAL,
/// synchronous FULL, unless the options say otherwise), and many publishers share one fsync.
/// </summary>
public sealed partial class SqliteTransport : ITransport, IDeadLetterStore, IBacklog
{
    private readonly ConcurrentDictionary<SqliteReceiver, bool> _receivers = new();
    private readonly SqliteOptions _options;
    private readonly TransportContext _context;
    private readonly string _path;
    private Engine? _engine;

    /// <summary>Makes a transport; the file is touched by <see cref="StartAsync"/>.</summary>
    /// <param name="options">The file and how it behaves.</param>
    /// <param name="context">The clock and the log.</param>
    public SqliteTransport(SqliteOptions options, TransportContext context)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _context, _path) = (options, context, Path.GetFullPath(options.Path));
        Features = new TransportFeatures
        {
            System = "aldis", Durable = options.Durability == SqliteDurability.Durable ? Durability.Stored : Durability.Written, Ordered = true, KeyOrder = true, DeadLetters = true,
            Delays = true, AtomicSettlement = true, Remembers = true, Schedules = true, KeepsForFirstGroup = true,
        };
    }

    /// <inheritdoc/>
    public TransportFeatures Features { get; }

    private Engine Engine => _engine ?? throw new AldisException(new Fault(ErrorCodes.NotRunning, "The SQLite transport is not started, or closed."));

    /// <inheritdoc/>
    public async ValueTask StartAsync(CancellationToken cancel)
    {
        _engine = Engine.Open(_path, _options, _context);
        await _engine.Watch.StartAsync().ConfigureAwait(false);
    }

    /// <inheritdoc/>
    public async ValueTask<ISender> OpenSenderAsync(TopicName topic, CancellationToken cancel)
    {
        await new Work<long>(store => store.Topics.Ensure(topic)).OnAsync(Engine.Writer).ConfigureAwait(false);
        return new SqliteSender(Engine);
    }

    /// <inheritdoc/>
    public async ValueTask<IReceiver> OpenReceiverAsync(ReceiverSpec spec, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(spec);
        var address = await OpenGroupJob.RunAsync(Engine, spec).ConfigureAwait(false);
        var receiver = new SqliteReceiver(Engine, spec, address, gone => _receivers.TryRemove(gone, out _));
        _receivers.TryAdd(receiver, true);
        return receiver;
    }

    /// <inheritdoc/>
    public ValueTask<Backlog> ReadBacklogAsync(TopicName topic, GroupName group, CancellationToken cancel)
    {
        using var database = DatabaseFile.OpenReader(_path, _options);
        return new(BacklogQuery.Read(database, topic, group));
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        foreach (var receiver in _receivers.Keys)
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
        }

        if (Interlocked.Exchange(ref _engine, null) is { } engine)
        {
            await engine.DisposeAsync().ConfigureAwait(false);
        }
    }
}
