using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Events;
using Microsoft.Extensions.Logging;

namespace Aldis.PostgreSql;

/// <summary>Everything that works on one database in a process, from the start of the transport to its end.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private const int MostDoubts = 64;

    /// <summary>One that looks for what is new, one that makes the rounds.</summary>
    private const int ConnectionsOfCare = 2;

    private static readonly TimeSpan _doubted = TimeSpan.FromMinutes(5);

    private readonly ConcurrentDictionary<TopicName, int> _topics = new();
    private readonly ConcurrentDictionary<PostgreSqlReceiver, bool> _receivers = new();
    private readonly ConcurrentQueue<Call> _owed = new();
    private readonly ConcurrentQueue<(Call Call, long Since)> _doubts = new();
    private readonly Watch _watch;
    private Listener? _listener;

    public Engine(PostgreSqlOptions options, ServerAddress address, TimeProvider time, ILogger log)
    {
        (Options, Time, Log) = (options, time, log);
        Server = new Server(options, address, options.MaxConnections);
        Care = new Server(options, address, ConnectionsOfCare);
        Session = new WorkerSession(Care, options.Lease, time);
        Notifier = new Notifier(Server);
        Sweep = new Sweep(Server, time);
        Outbox = new OutboxGlance(Pulses, time);
        _watch = new Watch(this);
    }

    public PostgreSqlOptions Options { get; }

    public TimeProvider Time { get; }

    public ILogger Log { get; }

    public Server Server { get; }

    /// <summary>The same database for the watch: it never waits for a connection behind those who publish and settle, so that leases are renewed, and a server that is silent is noticed, in time.</summary>
    public Server Care { get; }

    public WorkerSession Session { get; }

    public Pulses Pulses { get; } = new();

    public Notifier Notifier { get; }

    public Sweep Sweep { get; }

    public OutboxGlance Outbox { get; }

    /// <summary>What listens; null before the first receiver, or where nobody may.</summary>
    public Listener? Listener => _listener;

    /// <summary>The groups that have receivers here, with their topics.</summary>
    public Dictionary<int, TopicName> Groups
    {
        get
        {
            var groups = new Dictionary<int, TopicName>();
            foreach (var receiver in _receivers.Keys)
            {
                if (receiver.GroupId is not 0 and var id)
                {
                    groups[id] = receiver.Topic;
                }
            }

            return groups;
        }
    }

    public Task StartAsync() => _watch.StartAsync();

    /// <summary>The number of a topic; made where there is none.</summary>
    public async ValueTask<int> TopicAsync(TopicName topic, CancellationToken cancel = default)
    {
        if (!_topics.TryGetValue(topic, out var id))
        {
            id = await Server.ScalarAsync<int>(new Call(Server.Texts.TopicOf).With(topic.Value), cancel).ConfigureAwait(false);
            _topics.TryAdd(topic, id);
        }

        return id;
    }

    public PostgreSqlReceiver Add(PostgreSqlReceiver receiver)
    {
        _receivers.TryAdd(receiver, true);
        if (!Options.TransactionPooling && _listener is null)
        {
            var listener = new Listener(Server, Options, Pulses, Notifier.Id, Time);
            if (Interlocked.CompareExchange(ref _listener, listener, null) is not null)
            {
                _ = listener.DisposeAsync().AsTask();
            }
        }

        return receiver;
    }

    public void Remove(PostgreSqlReceiver receiver) => _receivers.TryRemove(receiver, out _);

    /// <summary>Does what lets go of something, later if it cannot be done now: the worker goes on to live, so no lease would run out.</summary>
    public async ValueTask LetGoAsync(Call call)
    {
        try
        {
            await Server.ScalarAsync<object>(call).ConfigureAwait(false);
        }
        catch (AldisException error)
        {
            _owed.Enqueue(call);
            Log.ReturnFailed(error.Message);
        }
    }

    /// <summary>Does again, for some minutes, what lets go of something that may be taken only then: a statement whose answer never came may reach the server late.</summary>
    public void Doubt(Call call)
    {
        _doubts.Enqueue((call, Time.GetTimestamp()));
        while (_doubts.Count > MostDoubts)
        {
            _doubts.TryDequeue(out _);
        }
    }

    /// <summary>Does what could not be done before, and what is in doubt.</summary>
    public async ValueTask ReturnOwedAsync()
    {
        while (_doubts.TryPeek(out var oldest) && Time.GetElapsedTime(oldest.Since) > _doubted)
        {
            _doubts.TryDequeue(out _);
        }

        foreach (var (call, _) in _doubts)
        {
            await Server.ScalarAsync<object>(call).ConfigureAwait(false);
        }

        while (_owed.TryPeek(out var call))
        {
            await Server.ScalarAsync<object>(call).ConfigureAwait(false);
            _owed.TryDequeue(out _);
            Pulses.BeatAll();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_receivers.Keys.Select(receiver => receiver.DisposeAsync().AsTask())).ConfigureAwait(false);
        if (_listener is not null)
        {
            await _listener.DisposeAsync().ConfigureAwait(false);
        }

        await _watch.DisposeAsync().ConfigureAwait(false);
        await Outbox.DisposeAsync().ConfigureAwait(false);
        try
        {
            await Session.ResignAsync().ConfigureAwait(false);
        }
        catch (AldisException error) when (error.Fault.Code != ErrorCodes.NotRunning)
        {
            Log.ReturnFailed(error.Message);
        }

        await Server.DisposeAsync().ConfigureAwait(false);
        await Care.DisposeAsync().ConfigureAwait(false);
        Session.Dispose();
    }
}
