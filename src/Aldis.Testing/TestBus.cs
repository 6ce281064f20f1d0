using Aldis.Testing.Running;

namespace Aldis.Testing;

/// <summary>
/// A bus for tests: the program's own configuration on a transport in memory and on a clock that the test moves. It tells when all is quiet and what happened, and lets
/// go wrong what the test wants to go wrong. Safe for any thread, but for the clock, which one caller moves at a time.
/// </summary>
/// <remarks>
/// Whatever transport the configuration uses, it is not opened, and neither is a ledger. Handlers take their time from <see cref="Time"/>. Files, sockets and timers
/// of the system are real: what a handler waits for there takes real time.
/// </remarks>
public sealed partial class TestBus : IEventBus, IAsyncDisposable
{
    private readonly World _world;
    private readonly Watch _watch;
    private readonly Func<CancellationToken, Task<EventBus>>? _start;
    private readonly List<Task> _stopped = [];
    private readonly Func<EventBus?> _find;
    private Task _starting = Task.CompletedTask;
    private EventBus? _bus;

    private TestBus(World world, Func<CancellationToken, Task<EventBus>> start)
    {
        (_world, _start, _find) = (world, start, () => Volatile.Read(ref _bus));
        _watch = new Watch(world, () => _find()?.Now, () => _starting);
        world.Crash = Crash;
    }

    /// <summary>For a bus that somebody else starts and stops.</summary>
    internal TestBus(TestBusOptions options, Func<EventBus> find)
    {
        (_world, _find) = (new World(options, canCrash: false), find);
        _watch = new Watch(_world, () => _find()?.Now, () => _starting);
    }

    /// <summary>Starts a bus.</summary>
    /// <param name="configure">The configuration, as the program has it. Called again when the process dies by a fault and is started anew.</param>
    /// <param name="options">How the test is run.</param>
    /// <param name="services">The services that handlers take. Default: none.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="ConfigurationException">Every fault of the configuration.</exception>
    public static async Task<TestBus> StartAsync(
        Action<EventBusBuilder> configure, TestBusOptions? options = null, IServiceProvider? services = null, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var world = new World(options ?? new TestBusOptions(), canCrash: true);
        var bus = new TestBus(world, cancelled => StartAsync(world, configure, services, cancelled));
        bus._bus = await bus._start!(cancel).ConfigureAwait(false);
        return bus;
    }

    /// <summary>The bus itself; another one after each death of the process.</summary>
    /// <exception cref="InvalidOperationException">It is not started yet.</exception>
    public EventBus Bus => _find() ?? throw new InvalidOperationException("The bus is not started yet.");

    /// <summary>The bus's clock: it stands still until <see cref="AdvanceAsync"/> moves it. Give it to whatever else is to live in the bus's time.</summary>
    public TimeProvider Time => _world.Clock;

    /// <summary>What is to go wrong.</summary>
    public Faults Faults => _world.Faults;

    /// <inheritdoc/>
    public IDeadLetters DeadLetters => Bus.DeadLetters;

    /// <inheritdoc/>
    public ISchedule Schedule => Bus.Schedule;

    /// <inheritdoc/>
    public async ValueTask<Published> PublishAsync<T>(T @event, PublishOptions? options = null, CancellationToken cancel = default) where T : notnull
    {
        while (true)
        {
            await _starting.WaitAsync(cancel).ConfigureAwait(false);
            var bus = Bus;
            try
            {
                return await bus.PublishAsync(@event, options, cancel).ConfigureAwait(false);
            }
            catch (AldisException error) when (error is not PublishException { MayBeStored: true } && (bus != _find() || !_starting.IsCompleted))
            {
                // The process died for another reason, and the test did not: it tells the next one.
            }
        }
    }

    /// <inheritdoc/>
    public Topic<T> Topic<T>() where T : notnull => Bus.Topic<T>();

    /// <summary>
    /// Waits until nothing is going on and nothing is due: no publish is on its way, no handler runs, no settlement is under way, and what they published is handled, too. What
    /// waits for the clock is not due; nor is what a paused group, an open breaker or a rate limit holds up.
    /// </summary>
    /// <exception cref="TestBusException">It takes longer than <see cref="TestBusOptions.Limit"/> of real time: the message tells who is at work.</exception>
    public async Task QuietAsync() => await _watch.UntilRestAsync(sleepersMaySleep: false).ConfigureAwait(false);

    /// <summary>
    /// Moves the clock on, from one moment at which something is due to the next, and lets all that is due be done before it goes on. So everything happens at its
    /// own time, and takes hardly any. Each time begins and ends as <see cref="QuietAsync"/> does, except that a handler which waits for the clock is
    /// left waiting.
    /// </summary>
    /// <param name="by">How far; rounded up to a whole millisecond, as timers count them.</param>
    /// <exception cref="TestBusException">At some moment the bus does not come to rest within <see cref="TestBusOptions.Limit"/>.</exception>
    public async Task AdvanceAsync(TimeSpan by)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(by, TimeSpan.Zero);

        // Away from the context of the test: what the clock wakes goes on at once then, and not when the test waits.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var end = _world.Clock.GetUtcNow() + TestClock.Whole(by);
        while (await _watch.UntilRestAsync(sleepersMaySleep: true).ConfigureAwait(false) is { } next && next < end)
        {
            MoveTo(next);
        }

        MoveTo(end);
        await _watch.UntilRestAsync(sleepersMaySleep: true).ConfigureAwait(false);
    }

    /// <summary>
    /// Lets the process die where it stands, and starts it anew on what the transport kept: what was handed out and not settled comes again, and counts as an attempt; private
    /// groups are gone.
    /// </summary>
    /// <exception cref="NotSupportedException">The bus belongs to a host.</exception>
    public async Task CrashAsync()
    {
        await _starting.ConfigureAwait(false);
        Crash(_world.Life ?? throw new InvalidOperationException("The bus is not started yet."), () =>
        {
            _world.History.Add(HappeningKind.Fault, null, text: "the process dies");
            return ValueTask.CompletedTask;
        });
        await _starting.ConfigureAwait(false);
    }

    /// <summary>Stops the bus without waiting for handlers, unless a host does.</summary>
    public async ValueTask DisposeAsync()
    {
        await _starting.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_start is null || _bus is null)
        {
            return;
        }

        _stopped.Add(_bus.StopAsync(new CancellationToken(canceled: true)).AsTask());
        var stopping = Task.WhenAll(_stopped);
        while (!stopping.IsCompleted)
        {
            // Handlers that do not heed their cancellation have some time on the clock to do so.
            await Task.WhenAny(stopping, Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System)).ConfigureAwait(false);
            _world.Clock.MoveTo(_world.Clock.GetUtcNow() + TimeSpan.FromSeconds(stopping.IsCompleted ? 0 : 1));
        }

        await stopping.ConfigureAwait(false);
    }

    internal void Attach(EventBusBuilder builder)
    {
        _world.Attach(builder);
        builder.Use(_world.Handlers.Around);
    }

    private static async Task<EventBus> StartAsync(World world, Action<EventBusBuilder> configure, IServiceProvider? services, CancellationToken cancel)
    {
        var builder = new EventBusBuilder { Time = world.Clock, Random = new Random(world.Faults.Seed) };
        builder.Use(world.Handlers.Around);
        configure(builder);
        world.Attach(builder);
        var bus = builder.Build(services);
        await bus.StartAsync(cancel).ConfigureAwait(false);
        return bus;
    }

    private void MoveTo(DateTimeOffset moment)
    {
        _world.Clock.MoveTo(moment);
        _watch.Wake();
    }

    /// <summary>The process that a transport belongs to dies now; it dies once.</summary>
    private bool Crash(TestTransport life, Func<ValueTask> last)
    {
        if (_start is null)
        {
            throw new NotSupportedException("The bus belongs to a host, which starts it once: only a bus of TestBus.StartAsync can die and be started anew.");
        }

        if (!life.Doom())
        {
            return false;
        }

        // First it is known that another one comes, then it dies: whoever finds it dead waits for the other one.
        var dying = new TaskCompletionSource<Task>(TaskCreationOptions.RunContinuationsAsynchronously);
        _starting = StartAnewAsync(_starting, dying.Task, last);
        dying.SetResult(life.DieAsync().AsTask());
        return true;
    }

    private async Task StartAnewAsync(Task before, Task<Task> dying, Func<ValueTask> last)
    {
        // A process may die while it is being started.
        await before.ConfigureAwait(false);
        await (await dying.ConfigureAwait(false)).ConfigureAwait(false);
        await last().ConfigureAwait(false);
        var old = _bus!;
        _world.Handlers.Forget();
        _stopped.Add(old.StopAsync(new CancellationToken(canceled: true)).AsTask());
        Volatile.Write(ref _bus, await _start!(CancellationToken.None).ConfigureAwait(false));
        _world.Movement.Tell();
    }
}
