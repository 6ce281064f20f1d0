using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Transports.Tests.Keys;

/// <summary>What a run of the model plays on: one store, and the transports that are open on it.</summary>
internal abstract class KeyStore : IAsyncDisposable
{
    public static TopicName Topic { get; } = TopicName.Parse("keys");

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>Moves the clock on.</summary>
    public virtual Task AdvanceAsync(TimeSpan span)
    {
        Time.Advance(span);
        return Task.CompletedTask;
    }

    /// <summary>Whether a worker can be taken for dead here.</summary>
    public virtual bool CanLoseWorkers => false;

    /// <summary>Another transport on the store, started.</summary>
    public abstract Task<ITransport> OpenAsync();

    /// <summary>Another receiver of a group.</summary>
    public async Task<IReceiver> JoinAsync(ITransport transport, string group)
    {
        var receiver = await transport.OpenReceiverAsync(new ReceiverSpec(Topic, GroupName.Parse(group), 100), CancellationToken.None);
        NoteWorker(transport);
        return receiver;
    }

    /// <summary>Receives what there is now; does not wait for more.</summary>
    public virtual async Task<Delivery[]> ReceiveNowAsync(ITransport transport, IReceiver receiver, int most)
    {
        using var enough = new CancellationTokenSource();
        var buffer = new Delivery[most];
        var receiving = receiver.ReceiveAsync(buffer, enough.Token).AsTask();
        await LookedAsync(transport);
        NoteWorker(transport);
        await enough.CancelAsync();
        await ((Task)receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return receiving.IsCanceled ? [] : buffer[..await receiving];
    }

    /// <summary>Has the transport's worker taken for dead by another, which this gives.</summary>
    public virtual Task<ITransport> LoseWorkerAsync(ITransport transport) => throw new NotSupportedException();

    /// <summary>What is left in the store when all is through, or null where nothing is.</summary>
    public virtual Task<string?> LeftoversAsync() => Task.FromResult<string?>(null);

    public abstract ValueTask DisposeAsync();

    /// <summary>Finds out which worker the transport is: it may have become another one.</summary>
    protected virtual void NoteWorker(ITransport transport)
    {
    }

    /// <summary>Completes when a receive that was begun before has looked into the store.</summary>
    protected virtual Task LookedAsync(ITransport transport) => Task.CompletedTask;
}

/// <summary>The transport in memory: every receiver is of the same one.</summary>
internal sealed class MemoryKeyStore : KeyStore
{
    private readonly InMemoryTransport _transport;

    public MemoryKeyStore() => _transport = new InMemoryTransport(new InMemoryOptions(), Time);

    public override Task<ITransport> OpenAsync() => Task.FromResult<ITransport>(_transport);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}

/// <summary>A SQLite file, in memory where the system has a place for it: nothing here depends on a disk.</summary>
internal sealed class SqliteKeyStore : KeyStore
{
    private readonly string _folder = Directory.CreateDirectory(Path.Combine(
        Directory.Exists("/dev/shm") ? "/dev/shm" : Path.GetTempPath(), $"aldis-{Guid.CreateVersion7():N}")).FullName;

    private readonly Dictionary<ITransport, long> _workers = [];

    private string File => Path.Combine(_folder, "events.db");

    public override bool CanLoseWorkers => true;

    public override async Task<ITransport> OpenAsync()
    {
        // No lease ends by itself: whose worker is lost is the run's to say.
        var options = new SqliteOptions { Path = File, Lease = TimeSpan.FromDays(1000) };
        var transport = new SqliteTransport(options, new TransportContext(Time, NullLoggerFactory.Instance));
        await transport.StartAsync(CancellationToken.None);
        return transport;
    }

    public override async Task<ITransport> LoseWorkerAsync(ITransport transport)
    {
        if (_workers.TryGetValue(transport, out var worker))
        {
            Databases.Execute(File, $"UPDATE aldis_worker SET lease_until = 0 WHERE id = {worker}");
        }

        // It takes over at its start what has no lease any more.
        return await OpenAsync();
    }

    public override Task<string?> LeftoversAsync()
    {
        var (claims, rows) = (Failures.StoredEvents.Count(File, "SELECT count(*) FROM aldis_claim"), Failures.StoredEvents.Count(File, "SELECT count(*) FROM aldis_delivery"));
        return Task.FromResult(claims + rows == 0 ? null : $"{claims} claims and {rows} rows are left");
    }

    public override ValueTask DisposeAsync()
    {
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    /// <summary>The writer does one thing after another: when it has done this, it has done the claim. One that only parks is followed by another.</summary>
    protected override async Task LookedAsync(ITransport transport)
    {
        for (var time = 0; time < 3; time++)
        {
            await transport.OpenSenderAsync(Topic, CancellationToken.None);
        }
    }

    /// <summary>Whoever has no worker registers one with the first receiver, and anew when it was lost.</summary>
    protected override void NoteWorker(ITransport transport)
    {
        var newest = Failures.StoredEvents.Count(File, "SELECT coalesce(max(id), 0) FROM aldis_worker");
        if (newest > _workers.Values.DefaultIfEmpty().Max())
        {
            _workers[transport] = newest;
        }
    }
}
