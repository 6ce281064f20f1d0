using System.Globalization;
using Aldis.Dispatch;
using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Testing.Running;

/// <summary>What stays when the process of a test dies: the clock, the transport with what it keeps, the faults, and what happened.</summary>
internal sealed class World
{
    private readonly Lock _gate = new();
    private readonly HashSet<EventId> _late = [];
    private readonly List<Envelope> _heldBack = [];
    private readonly Pulse _scheduled = new();
    private ICodec _codec = new JsonCodec();
    private int _firing;

    public World(TestBusOptions options, bool canCrash)
    {
        Options = options;
        Clock = new TestClock(options.StartsAt, Movement);
        Memory = new InMemoryTransport(new InMemoryOptions(), Clock);
        History = new History(Clock);
        Faults = new Faults(options.Seed, Names, canCrash, History.Faults);
        Handlers = new Handlers(Faults, History, Clock, Movement);
    }

    public TestBusOptions Options { get; }

    public Movement Movement { get; } = new();

    public TestClock Clock { get; }

    public InMemoryTransport Memory { get; }

    public EventNames Names { get; } = new();

    public Faults Faults { get; }

    public History History { get; }

    public Handlers Handlers { get; }

    /// <summary>
    /// Called when the process dies by a fault, with the last that it did: that is done when nothing of it can handle an event any more. False where it was dying already; then
    /// the last is not done.
    /// </summary>
    public Func<TestTransport, Func<ValueTask>, bool> Crash { get; set; } = static (_, _) => false;

    /// <summary>The process of now; null before it is started.</summary>
    public TestTransport? Life { get; private set; }

    /// <summary>Whether what is due is being published now.</summary>
    public bool IsFiring => Volatile.Read(ref _firing) > 0;

    /// <summary>Ends when something is published for later.</summary>
    public Task Scheduled => _scheduled.Next;

    /// <summary>Puts a bus into this world, whatever its transport was to be.</summary>
    public void Attach(EventBusBuilder builder)
    {
        builder.Time = Clock;
        builder.Movement = Movement;
        builder.UseTransport(_ => Life = new TestTransport(this));
        builder.UseLedger(context => new InMemoryTransport(new InMemoryOptions(), context.Time));
        Names.Use(builder.Registry);
        _codec = builder.Codec;
    }

    /// <summary>The end of every message: what happened, and how to see it again.</summary>
    public string Epilogue() => string.Create(CultureInfo.InvariantCulture, $"{History.Tell()}\nSeed: {Faults.Seed}");

    /// <summary>An event as its handlers get it.</summary>
    public T Decode<T>(Envelope envelope) where T : notnull => _codec.Decode<T>(envelope.Body);

    /// <summary>An event was published for later, or time has passed: who publishes what is due looks again.</summary>
    public void LookAtSchedule() => _scheduled.Beat();

    /// <summary>Publishes what is due.</summary>
    public async ValueTask<TimeSpan?> FireDueAsync(CancellationToken cancel)
    {
        Movement.Began(ref _firing);
        try
        {
            return await Memory.FireDueAsync(ArriveAsync, cancel).ConfigureAwait(false);
        }
        finally
        {
            Movement.Ended(ref _firing, 1);
        }
    }

    /// <summary>An event reaches the transport, with all that can befall it on the way.</summary>
    public async ValueTask ArriveAsync(Envelope envelope, CancellationToken cancel)
    {
        if (WasLate(envelope.Id))
        {
            await SendAsync([envelope], cancel).ConfigureAwait(false);
            return;
        }

        History.Add(HappeningKind.Published, envelope);
        if (Faults.Take(FaultKinds.Delay, envelope, null) is { } late)
        {
            await DelayAsync(envelope, late.Span!.Value, cancel).ConfigureAwait(false);
        }
        else if (Faults.Take(FaultKinds.Reorder, envelope, null) is not null)
        {
            HoldBack(envelope);
        }
        else if (Faults.Take(FaultKinds.Duplicate, envelope, null) is not null)
        {
            History.Add(HappeningKind.Fault, envelope, text: "it arrives twice");
            await SendAsync([envelope, envelope], cancel).ConfigureAwait(false);
        }
        else
        {
            await SendAsync([envelope], cancel).ConfigureAwait(false);
        }
    }

    /// <summary>Lets what was held back arrive, because nothing comes that could go before it.</summary>
    /// <returns>Whether there was anything.</returns>
    public async ValueTask<bool> ReleaseAsync()
    {
        var held = TakeHeldBack(static _ => true);
        foreach (var envelope in held)
        {
            await SendAsync([envelope], CancellationToken.None).ConfigureAwait(false);
        }

        return held.Length > 0;
    }

    private async ValueTask DelayAsync(Envelope envelope, TimeSpan by, CancellationToken cancel)
    {
        History.Add(HappeningKind.Fault, envelope, text: $"it arrives {by} late");
        lock (_gate)
        {
            _late.Add(envelope.Id);
        }

        await Memory.ScheduleAsync([new ScheduledEvent(envelope, null, by)], cancel).ConfigureAwait(false);
        LookAtSchedule();
    }

    private void HoldBack(Envelope envelope)
    {
        History.Add(HappeningKind.Fault, envelope, text: "it arrives after the next event of its topic");
        lock (_gate)
        {
            _heldBack.Add(envelope);
        }
    }

    private async ValueTask SendAsync(Envelope[] copies, CancellationToken cancel)
    {
        var topic = copies[0].Topic;
        Envelope[] all = [.. copies, .. TakeHeldBack(held => held.Topic == topic)];
        var sender = await Memory.OpenSenderAsync(topic, cancel).ConfigureAwait(false);
        await using (sender.ConfigureAwait(false))
        {
            await sender.SendAsync(all, cancel).ConfigureAwait(false);
        }
    }

    private bool WasLate(EventId id)
    {
        lock (_gate)
        {
            return _late.Remove(id);
        }
    }

    private Envelope[] TakeHeldBack(Predicate<Envelope> which)
    {
        lock (_gate)
        {
            var taken = _heldBack.FindAll(which);
            _heldBack.RemoveAll(which);
            return [.. taken];
        }
    }
}
