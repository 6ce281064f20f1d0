using System.Data.Common;
using Aldis.Catalog;
using Aldis.Diagnostics;
using Aldis.Dispatch;
using Aldis.Errors;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis;

/// <summary>
/// The front desk: publishes events and runs the handlers. Made by an <see cref="EventBusBuilder"/>, started once, stopped once.
/// Safe for any thread.
/// </summary>
public sealed class EventBus : IEventBus, IAsyncDisposable
{
    private readonly EventBusBuilder _builder;
    private readonly IServiceProvider _services;
    private readonly ILogger _log;
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private RunningBus? _running;
    private int _started;
    private int _stopping;

    internal EventBus(EventBusBuilder builder, IServiceProvider services)
    {
        (_builder, _services) = (builder, services);
        _log = new QuietLoggers(builder.Loggers).CreateLogger("Aldis");
    }

    /// <summary>Makes and starts a bus without a host.</summary>
    /// <param name="configure">Says what it is made of.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="ConfigurationException">Every fault of what was said.</exception>
    public static async ValueTask<EventBus> StartAsync(Action<EventBusBuilder> configure, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var builder = new EventBusBuilder();
        configure(builder);
        var bus = builder.Build();
        await bus.StartAsync(cancel).ConfigureAwait(false);
        return bus;
    }

    /// <summary>What exists in this bus.</summary>
    /// <exception cref="AldisException">ALD1305: the bus is not running.</exception>
    public EventCatalog Catalog => Running.Catalog;

    /// <inheritdoc/>
    public IDeadLetters DeadLetters => Running.DeadLetters;

    /// <inheritdoc/>
    public ISchedule Schedule => Running.Schedule;

    /// <summary>
    /// What is wrong now: every group that cannot receive or settle (ALD1406), that makes no progress (ALD1415), whose breaker is open (ALD1414), or that
    /// is not served any more (ALD1416), and what a source (<see cref="ISource"/>) says of itself. Empty while all is well; a paused group is well.
    /// </summary>
    public IReadOnlyList<Fault> Troubles => Volatile.Read(ref _running)?.Troubles ?? [new Fault(ErrorCodes.NotRunning, "The bus is not running.")];

    /// <summary>
    /// False when a loop of the running bus has ended by itself, so that only a new process helps (ALD1416). A transport that is away, a handler that takes
    /// long and a bus that is starting or stopping are alive.
    /// </summary>
    public bool IsAlive => Volatile.Read(ref _running)?.IsAlive ?? true;

    /// <summary>How many events were dropped since the start, because there was no room for them and their publisher had chosen <see cref="WhenFull.DropNewest"/>.</summary>
    public long Dropped => Running.Dropped;

    /// <summary>For a test: the bus between its start and its stop, else null.</summary>
    internal RunningBus? Now => Volatile.Read(ref _running);

    private RunningBus Running => Volatile.Read(ref _running)
        ?? throw new AldisException(new Fault(ErrorCodes.NotRunning, _stopping == 0 ? "The bus is not started yet." : "The bus has stopped."));

    /// <summary>Checks everything, opens the transport and begins to handle events. Completes when every group is being served.</summary>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="ConfigurationException">Every fault of the configuration; nothing was started.</exception>
    /// <exception cref="AldisException">The transport cannot start.</exception>
    public async ValueTask StartAsync(CancellationToken cancel)
    {
        if (Interlocked.Exchange(ref _started, 1) != 0)
        {
            throw new AldisException(new Fault(ErrorCodes.NotRunning, "The bus was started before.", Remedy: "Make another bus; each is started once."));
        }

        var running = await RunningBus.StartAsync(_builder, _services, _log, cancel).ConfigureAwait(false);
        Volatile.Write(ref _running, running);
        running.Serve();
        try
        {
            await running.StartSourcesAsync(this, cancel).ConfigureAwait(false);
        }
        catch
        {
            await StopAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
            throw;
        }
    }

    /// <inheritdoc/>
    public ValueTask<Published> PublishAsync<T>(T @event, PublishOptions? options = null, CancellationToken cancel = default) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(@event);
        return Running.PublishAsync(@event, options, cancel);
    }

    internal ValueTask<Published> PublishAsync<T>(T @event, DbTransaction transaction, PublishOptions? options, CancellationToken cancel) where T : notnull
        => Running.PublishAsync(@event, transaction, options, cancel);

    /// <inheritdoc/>
    public Topic<T> Topic<T>() where T : notnull => new(this, _builder.Registry.Find<T>().Topic.Value);

    /// <summary>
    /// What the bus is made of, as text for people: transport and features, topics, events, groups with their handlers, who publishes, steps. Where
    /// the generator of Aldis has compiled a handler or a publish, it says the file and the line; where reflection is left, it says that.
    /// </summary>
    public string Describe() => Running.Describe().ToString();

    /// <summary>What <see cref="Describe"/> tells, as JSON for programs: <c>transport</c>, <c>topics</c> with <c>events</c>, <c>handlers</c> and <c>publishers</c>, <c>steps</c>. An event or handler that needs reflection has <c>reflection</c> true.</summary>
    public string DescribeJson() => BusDescriptionJson.Write(Running.Describe());

    /// <summary>
    /// Pauses a group in this process: it begins and receives nothing more, until <see cref="Resume"/>. Completes when none of its handlers runs any more. What
    /// it holds stays leased to it; other processes go on. A group that is paused already stays so.
    /// </summary>
    /// <remarks>Do not await it in a handler of the group: the handler would wait for its own end.</remarks>
    /// <param name="group">The group, or <see cref="Group.EachInstance"/>.</param>
    /// <param name="cancel">Ends the wait; the group stays paused.</param>
    /// <exception cref="AldisException">ALD1310: the bus has no such group; ALD1305: it is not running.</exception>
    /// <exception cref="OperationCanceledException">The wait was ended, or the group was resumed or the bus stopped meanwhile: handlers may run.</exception>
    public ValueTask PauseAsync(string group, CancellationToken cancel = default) => Running.PauseAsync(group, cancel);

    /// <summary>Lets a paused group go on. One that is not paused is left as it is.</summary>
    /// <param name="group">The group, or <see cref="Group.EachInstance"/>.</param>
    /// <exception cref="AldisException">ALD1310: the bus has no such group; ALD1305: it is not running.</exception>
    public void Resume(string group) => Running.Resume(group);

    /// <summary>
    /// Drains: takes no more events, lets handlers finish, stores their verdicts and what was published, and returns the rest at once for others.
    /// Until the handlers are through, they can publish.
    /// </summary>
    /// <param name="hurry">Cancelled when handlers shall be cancelled instead of being waited for.</param>
    /// <remarks>Handlers are cancelled after <see cref="EventBusBuilder.DrainTimeout"/> in any case. A second call waits for the first.</remarks>
    public async ValueTask StopAsync(CancellationToken hurry)
    {
        if (Volatile.Read(ref _running) is not { } running)
        {
            return;
        }

        if (Interlocked.Exchange(ref _stopping, 1) != 0)
        {
            await _stopped.Task.WaitAsync(hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return;
        }

        using var timeout = new CancellationTokenSource(_builder.DrainTimeout, _builder.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(hurry, timeout.Token);
        try
        {
            _log.BusStopped(await running.StopAsync(either.Token).ConfigureAwait(false));
        }
        finally
        {
            Volatile.Write(ref _running, null);
            _stopped.SetResult();
        }
    }

    /// <summary>Drains within <see cref="EventBusBuilder.DrainTimeout"/>.</summary>
    public ValueTask DisposeAsync() => StopAsync(CancellationToken.None);
}
