using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Text.Json.Serialization.Metadata;
using Aldis.Catalog;
using Aldis.Dispatch;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Pipeline;
using Aldis.Transports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis;

/// <summary>
/// Says what a bus is made of: its transport, its events, its handlers. Not safe for several threads; what is said after the bus has started is
/// refused (ALD1307). Nothing is checked before <see cref="EventBus.StartAsync(CancellationToken)"/>, which then lists every fault at once.
/// </summary>
public sealed partial class EventBusBuilder
{
    private readonly EventRegistry _registry = new();
    private readonly List<Func<Subscription>> _subscriptions = [];
    private readonly List<Func<IEnumerable<Subscription>>> _classes = [];
    private readonly List<Action> _events = [];
    private readonly HashSet<HandlerModule> _modules = [];
    private readonly List<Func<Carrier>> _carriers = [];
    private readonly List<Step> _steps = [];
    private readonly List<Func<Appointment>> _appointments = [];
    private readonly List<Func<TransportContext, ISource>> _sources = [];
    private Func<TransportContext, ITransport>? _ledger;
    private IEnumerable<Fault> _ledgerFaults = [];
    private readonly Dictionary<string, SubscriptionOptions> _groups = new(StringComparer.Ordinal);
    private readonly TransportChoice _choice = new();
    private bool _isFinished;

    /// <summary>The clock. Default: the system's.</summary>
    public TimeProvider Time { get; set; } = TimeProvider.System;

    /// <summary>Where the bus logs. Default: nowhere; in a host, the host's.</summary>
    public ILoggerFactory Loggers { get; set; } = NullLoggerFactory.Instance;

    /// <summary>Who publishes, as a URI reference (CloudEvents <c>source</c>). Default: <c>/</c> and the program's name.</summary>
    public string Source { get; set; } = "/" + (Assembly.GetEntryAssembly()?.GetName().Name ?? "unknown");

    /// <summary>How large an event may be.</summary>
    public EventLimits Limits { get; set; } = new();

    /// <summary>How spans of different processes belong together. Spans and metrics are emitted to whoever listens to <c>Aldis</c>.</summary>
    public TelemetryOptions Telemetry { get; set; } = new();

    /// <summary>How events become bytes. Default: JSON.</summary>
    public ICodec Codec { get; set; } = new JsonCodec();

    /// <summary>Where the random part of a delay comes from. Default: the one place that is not seeded, so that processes differ.</summary>
#pragma warning disable RS0030
    public Random Random { get; set; } = new();
#pragma warning restore RS0030

    /// <summary>
    /// How long the bus lets handlers finish when it stops, before it cancels them; in a host also not longer than the host's own shutdown timeout.
    /// Default: 25 seconds, so that there is time to store what they did in the 30 that hosts and orchestrators usually give a process.
    /// </summary>
    public TimeSpan DrainTimeout { get; set; } = TimeSpan.FromSeconds(25);

    /// <summary>
    /// What happens to an event that is published while 4,096 of its topic wait to be sent already, because the transport is slow or away. Default:
    /// <see cref="WhenFull.Wait"/>, which loses nothing. <see cref="WhenFull.Fail"/>: ALD1410, certainly not stored. <see cref="WhenFull.DropNewest"/>: it is dropped,
    /// <see cref="Published.Level"/> says so, and <see cref="EventBus.Dropped"/> counts it. <see cref="WhenFull.DropOldest"/> is refused: somebody waits for the
    /// oldest. One publish can say otherwise (<see cref="PublishOptions.WhenFull"/>).
    /// </summary>
    public WhenFull WhenFull { get; set; } = WhenFull.Wait;

    /// <summary>Keeps events in the memory of this process, for tests and for what need not survive.</summary>
    /// <param name="options">How much it holds.</param>
    public EventBusBuilder UseInMemory(InMemoryOptions? options = null)
    {
        options ??= new InMemoryOptions();
        return UseTransport(context => new InMemoryTransport(options, context.Time), options.Validate());
    }

    /// <summary>Uses a transport. The last one used counts.</summary>
    /// <param name="open">Makes the transport; does no work yet.</param>
    /// <param name="faults">What is wrong with its options; listed when the bus starts.</param>
    public EventBusBuilder UseTransport(Func<TransportContext, ITransport> open, IEnumerable<Fault>? faults = null)
    {
        return Say(() => _choice.Use(open, faults ?? []));
    }

    /// <summary>
    /// Puts something around the transport, whichever is chosen: a way in from elsewhere, for example, while events are published on what is inside. What is put around it starts and
    /// disposes it. Of several the last one is the outermost.
    /// </summary>
    /// <param name="wrap">Makes the transport that the bus uses from the one that was chosen; does no work yet.</param>
    public EventBusBuilder WrapTransport(Func<ITransport, TransportContext, ITransport> wrap)
    {
        ArgumentNullException.ThrowIfNull(wrap);
        return Say(() => _choice.Wrap(wrap));
    }

    /// <summary>
    /// Adds a ledger: a durable store beside the transport, which does what the transport cannot: it keeps what is to be published later, remembers what was handled, and has the
    /// retries that wait, the dead letters and what is parked behind them (<see cref="IDeliveryStore"/>). What the transport can do itself, it does. The ledger is a transport as well, of which only that is used. The last one added counts.
    /// </summary>
    /// <param name="open">Makes the ledger; does no work yet.</param>
    /// <param name="faults">What is wrong with its options; listed when the bus starts.</param>
    public EventBusBuilder UseLedger(Func<TransportContext, ITransport> open, IEnumerable<Fault>? faults = null)
    {
        ArgumentNullException.ThrowIfNull(open);
        return Say(() => (_ledger, _ledgerFaults) = (open, faults ?? []));
    }

    /// <summary>
    /// Publishes an event at every slot of a timetable, once for each slot, however many processes have the timetable. It is kept by the transport, or by the ledger;
    /// which slots were taken is remembered there.
    /// </summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="name">The timetable's name, the same in every process; 1 to 100 letters, digits, dots, dashes and underscores.</param>
    /// <param name="timetable">When. <see cref="Timetable.Every"/>, or a cron expression by the package <c>Aldis.Cron</c>.</param>
    /// <param name="make">Makes the event of a slot, in UTC.</param>
    /// <param name="options">What becomes of slots that nobody was there to take.</param>
    public EventBusBuilder AddSchedule<T>(string name, ITimetable timetable, Func<DateTimeOffset, T> make, ScheduleOptions? options = null) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(timetable);
        ArgumentNullException.ThrowIfNull(make);
        return Say(() => _appointments.Add(() =>
        {
            var type = _registry.Add<T>();
            return new Appointment(GroupName.Parse(name).Value, timetable, (slot, factory) => type.Seal(make(slot), null, factory), options ?? new ScheduleOptions());
        }));
    }

    /// <summary>Adds a source: it turns something outside into events of this bus, from the bus's start to its stop.</summary>
    /// <param name="open">Makes the source; does no work yet. What it throws is listed with all other faults, and the bus does not start.</param>
    public EventBusBuilder AddSource(Func<TransportContext, ISource> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        return Say(() => _sources.Add(open));
    }

    /// <summary>Lets a connection URI choose this transport. The in-memory one is always accepted.</summary>
    /// <param name="scheme">The transport's scheme and how it is opened.</param>
    public EventBusBuilder AcceptTransport(TransportScheme scheme)
    {
        return Say(() => _choice.Accept(scheme));
    }

    /// <summary>Chooses the transport by a URI, for example <c>sqlite:events.db</c> or <c>memory:</c>, unless the code has chosen one.</summary>
    /// <param name="uri">The URI; its scheme is one of those accepted.</param>
    public EventBusBuilder UseConnection(string uri)
    {
        return Say(() => _choice.UseConnection(uri));
    }

    /// <summary>Writes and reads events as JSON with metadata of your own: needed for types that the generator of Aldis does not see, or shall not decide about.</summary>
    /// <param name="contexts">Source-generated contexts, asked in order, before what the generator of Aldis has written.</param>
    public EventBusBuilder UseJson(params ReadOnlySpan<IJsonTypeInfoResolver> contexts)
    {
        Codec = new JsonCodec(contexts);
        return this;
    }

    /// <summary>Adds an event type that is not marked with [Event], or gives it another topic, or a key.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="topic">The topic. Default: what [Event] says, else the type's name as <c>order-placed</c>.</param>
    /// <param name="key">The key of an event. Default: none.</param>
    public EventBusBuilder AddEvent<T>(string? topic = null, Func<T, string?>? key = null) where T : notnull
    {
        return Say(() => _events.Add(() => _registry.Add(topic, key)));
    }

    /// <summary>Subscribes a group to an event. What the handler publishes on its context goes out with the acknowledgement.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="group">The group: every group gets every event, and inside a group one handler gets it. Or <see cref="Group.EachInstance"/>.</param>
    /// <param name="handler">The handler. What it throws is retried.</param>
    /// <param name="options">How it is run.</param>
    public EventBusBuilder Subscribe<T>(string group, Func<T, EventContext, ValueTask> handler, SubscriptionOptions? options = null) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Say(() => _subscriptions.Add(() => new Subscription(_registry.Add<T>(), GroupName.Parse(group), Decoding(handler),
            options ?? SubscriptionOptions.Unsaid, HandlerOrigin.Of(handler.Method), [])));
    }

    /// <summary>
    /// Subscribes a group that handles several events at a time: a bulk insert, one call of a service for many. When the handler returns, all are done but those of
    /// which it said otherwise on its <see cref="BatchContext"/>. When it throws, each is tried again alone, by the group's <see cref="RetryPolicy"/>.
    /// </summary>
    /// <remarks>
    /// A batch has one event of each key at most: the order by key holds, and the later ones of a key come in later batches. What was delivered before
    /// (<see cref="EventContext.Attempt"/> is 2 or more) comes alone.
    /// </remarks>
    /// <typeparam name="T">The type of the events.</typeparam>
    /// <param name="group">The group: every group gets every event, and inside a group one handler gets it. Or <see cref="Group.EachInstance"/>.</param>
    /// <param name="handler">The handler. It gets one event at least, and does not keep the list.</param>
    /// <param name="options">How it is run; <see cref="SubscriptionOptions.Batch"/> says how large a batch is.</param>
    public EventBusBuilder SubscribeBatch<T>(string group, Func<IReadOnlyList<T>, BatchContext, ValueTask> handler, SubscriptionOptions? options = null) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Say(() => _subscriptions.Add(() => new Subscription(_registry.Add<T>(), GroupName.Parse(group), Gathering(handler),
            options ?? SubscriptionOptions.Unsaid, HandlerOrigin.Of(handler.Method), []) { InBatches = true }));
    }

    /// <summary>
    /// Subscribes a group with a method of any shape. It takes one event and, if it likes, an <see cref="EventContext"/>, a
    /// <see cref="CancellationToken"/> and services; it returns nothing, an event, several, or an async stream of them, also later (a task).
    /// What it returns is published with the acknowledgement.
    /// </summary>
    /// <param name="group">The group, or <see cref="Group.EachInstance"/>.</param>
    /// <param name="handler">The handler. What it throws is retried.</param>
    /// <param name="options">How it is run.</param>
    [RequiresUnreferencedCode(HandlerBinder.Why)]
    [RequiresDynamicCode(HandlerBinder.Why)]
    public EventBusBuilder Subscribe(string group, Delegate handler, SubscriptionOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Say(() => _subscriptions.Add(
            () => new HandlerBinder(_registry, Codec).Bind(handler, GroupName.Parse(group), options ?? SubscriptionOptions.Unsaid)));
    }

    /// <summary>Subscribes the methods of a class that are marked with [Subscribe]. For instance methods the class is a service, or is built from the services, for each delivery, and disposed after it.</summary>
    /// <typeparam name="T">The class.</typeparam>
    [RequiresUnreferencedCode(HandlerBinder.Why)]
    [RequiresDynamicCode(HandlerBinder.Why)]
    public EventBusBuilder AddHandlers<T>()
    {
        return Say(() => _classes.Add(() => new HandlerBinder(_registry, Codec).BindClass(typeof(T))));
    }

    /// <summary>
    /// Subscribes the methods marked with [Subscribe] of all classes in this project, and in the projects and packages it references: those that the
    /// generator of Aldis has seen when they were compiled. Classes and methods may be internal, or private inside an internal class. A generic
    /// class is added with <see cref="AddHandlers{T}"/>.
    /// </summary>
    /// <remarks>Compiled without the generator it knows none, and the bus does not start (ALD1309).</remarks>
    public EventBusBuilder AddAllHandlers()
        => Say(() => _subscriptions.Add(() => throw new AldisException(new Fault(ErrorCodes.NotGenerated, "AddAllHandlers() knows no handlers."))));

    /// <summary>
    /// Subscribes the methods marked with [Subscribe] of all classes in an assembly that was loaded when the program ran: a plug-in. What the
    /// compiler could know of a handler is found out by reflection here.
    /// </summary>
    /// <param name="plugIn">The assembly.</param>
    [RequiresUnreferencedCode(HandlerBinder.WhyPlugIn)]
    [RequiresDynamicCode(HandlerBinder.WhyPlugIn)]
    public EventBusBuilder AddHandlersByReflection(Assembly plugIn)
    {
        ArgumentNullException.ThrowIfNull(plugIn);
        return Say(() => _classes.Add(() => new HandlerBinder(_registry, Codec).BindAssembly(plugIn)));
    }

    /// <summary>
    /// Says how a group is run: all its handlers that have no options of their own, [Subscribe] methods too, wherever they are subscribed. A <c>Concurrency</c>
    /// on a [Subscribe] attribute stays. A <see cref="SubscriptionOptions.Breaker"/> or <see cref="SubscriptionOptions.Rate"/> said here is the group's: all
    /// those handlers share it, whatever their topics. The last call for a group counts.
    /// </summary>
    /// <param name="group">The group, or <see cref="Group.EachInstance"/>. One without handlers in this process is refused when the bus starts (ALD1310).</param>
    /// <param name="options">How it is run.</param>
    public EventBusBuilder ForGroup(string group, SubscriptionOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return Say(() => _groups[group] = options);
    }

    /// <summary>
    /// Carries a signal to other processes: what is sent on it in one process arrives on the signal of the same name in every process that carries it, by
    /// the bus's transport, on a topic of the signal's name.
    /// </summary>
    /// <remarks>
    /// <para>From the start of the bus to its stop, a send first publishes the event (<c>Send</c> blocks for that, <c>SendAsync</c> waits), so that it is stored, or the
    /// sender gets the error and no receiver is called. Then it calls the receivers here, as ever. What arrives is sent to all receivers, as by
    /// <c>SendAllAsync</c>, is not carried on, and is repeated by the rules of a handler when a receiver fails. Nothing comes back to the signal that sent it.</para>
    /// <para>A sender that is a string, a number, a character or a truth value arrives with the event; any other arrives as null. Signals without
    /// receivers in a process are carried as well: somebody may be listening elsewhere. Muted sends are not carried.</para>
    /// <para>What travels is a <typeparamref name="T"/>. What a derived type adds is lost on the way, unless the codec keeps it; for JSON, mark
    /// <typeparamref name="T"/> with <c>[JsonDerivedType]</c>.</para>
    /// <para>Connect receivers before the bus starts: what arrives when nobody is connected reaches nobody, as with any send.</para>
    /// </remarks>
    /// <typeparam name="T">The event.</typeparam>
    /// <param name="signal">A signal with a name that is valid as a topic. Where the name is the event's own topic, subscribers and carriers share it.</param>
    /// <param name="group">
    /// Default: a private group, so that every process gets what is sent while it runs. With a name, the group outlives the process: what is sent meanwhile arrives
    /// when it runs again. Processes that carry the signal under the same name share what arrives, and what one of them sends may come to itself,
    /// where it ends: give each program that is to get everything a name of its own.
    /// </param>
    /// <param name="options">How what arrives is handled. Default: one event at a time, so that it arrives in the order of sending.</param>
    public EventBusBuilder Carry<T>(Signal<T> signal, string group = Group.EachInstance, SubscriptionOptions? options = null) where T : notnull
    {
        ArgumentNullException.ThrowIfNull(signal);
        return Say(() => _carriers.Add(() => new Carrier<T>(
            signal, _registry.AddCarried(signal), GroupName.Parse(group), Codec, options ?? SubscriptionOptions.Unsaid)));
    }

    /// <summary>Puts a step of your own around every handler, inside the retry and the scope of services. The first added is the outermost.</summary>
    /// <param name="step">The step.</param>
    public EventBusBuilder Use(Step step)
    {
        ArgumentNullException.ThrowIfNull(step);
        return Say(() => _steps.Add(step));
    }

    /// <summary>Makes the bus; it does nothing before it is started.</summary>
    /// <param name="services">The services that handlers take. Default: none.</param>
    public EventBus Build(IServiceProvider? services = null) => new(this, services ?? NoServices.Instance);

    /// <summary>Told when something moves in the bus; set by a test.</summary>
    internal Movement? Movement { get; set; }

    internal TransportChoice Choice => _choice;

    internal IReadOnlyList<Carrier> Carriers { get; private set; } = [];

    internal IReadOnlyList<Step> Steps => _steps;

    internal IReadOnlyList<Appointment> Appointments { get; private set; } = [];

    /// <summary>Makes the ledger, or null where there is none.</summary>
    internal ITransport? OpenLedger(TransportContext context)
        => _ledgerFaults.ToArray() is { Length: > 0 } faults ? throw new ConfigurationException(faults) : _ledger?.Invoke(context);

    /// <summary>Makes the sources; they do nothing yet.</summary>
    internal IReadOnlyList<ISource> OpenSources(TransportContext context, FaultList faults)
    {
        var sources = new List<ISource>();
        _sources.ForEach(open => faults.Collect(() => sources.Add(open(context))));
        return sources;
    }

    internal EventRegistry Registry => _registry;

    /// <summary>What was said for whole groups, by their names.</summary>
    internal IReadOnlyDictionary<string, SubscriptionOptions> Groups => _groups;

    /// <summary>Binds everything that was said, and collects what is wrong with it.</summary>
    internal EventCatalog MakeCatalog(FaultList faults)
    {
        _isFinished = true;
        var subscriptions = new List<Subscription>();
        _events.ForEach(add => faults.Collect(add));
        _subscriptions.ForEach(bind => faults.Collect(() => subscriptions.Add(bind())));
        _classes.ForEach(bind => faults.Collect(() => subscriptions.AddRange(bind())));
        var carriers = new List<Carrier>();
        _carriers.ForEach(bind => faults.Collect(() => carriers.Add(bind())));
        Carriers = carriers;
        var appointments = new List<Appointment>();
        _appointments.ForEach(bind => faults.Collect(() => appointments.Add(bind())));
        Appointments = appointments;
        return new EventCatalog(_registry, [.. subscriptions.Concat(carriers.SelectMany(carrier => carrier.Subscriptions)).Select(WithinGroup)],
            [.. _modules.SelectMany(module => module.Publishers)]);
    }

    private Subscription WithinGroup(Subscription one)
    {
        var group = _groups.GetValueOrDefault(one.Group.Value);
        var options = one.Options.Within(group);
        return one with
        {
            Options = one.InBatches ? options with { Batch = options.Batch ?? new BatchOptions() } : options,
            SharesOptions = one.Options.Said != SaidOptions.All && group is not null,
        };
    }

    /// <summary>Takes something to heart, while there is still time: a handler that comes too late would never be called, and nobody would know.</summary>
    private EventBusBuilder Say(Action what)
    {
        if (_isFinished)
        {
            throw new AldisException(new Fault(ErrorCodes.TooLate, "The bus has started already; what is said now would have no effect."));
        }

        what();
        return this;
    }

    private Handler Gathering<T>(Func<IReadOnlyList<T>, BatchContext, ValueTask> handler)
    {
        var inBatches = new BatchHandler<T>(handler);
        return context => new(context.Gatherer!.JoinAsync(inBatches, Codec.Decode<T>(context.Envelope.Body), context));
    }

    private Handler Decoding<T>(Func<T, EventContext, ValueTask> handler) => async context =>
    {
        await handler(Codec.Decode<T>(context.Envelope.Body), context).ConfigureAwait(false);
        return Verdict.Done;
    };
}
