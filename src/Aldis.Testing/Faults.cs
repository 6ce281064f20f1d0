using System.Security.Cryptography;
using Aldis.Catalog;
using Aldis.Events;
using Aldis.Testing.Running;

namespace Aldis.Testing;

/// <summary>
/// Faults on demand. Each call of a method that names an event makes the next event of that type suffer, as often as it says;
/// <see cref="Random"/> makes any event suffer, by the seed: same seed, same faults. Safe for any thread; what is said counts from then on.
/// </summary>
public sealed class Faults
{
    private readonly Lock _gate = new();
    private readonly EventNames _names;
    private readonly bool _canCrash;
    private readonly Func<IReadOnlyList<string>> _suffered;
    private readonly List<Order> _orders = [];
    private Chance? _chance;

    internal Faults(int? seed, EventNames names, bool canCrash, Func<IReadOnlyList<string>> suffered)
        => (Seed, _names, _canCrash, _suffered) = (seed ?? RandomNumberGenerator.GetInt32(int.MaxValue), names, canCrash, suffered);

    /// <summary>What chance depends on. Every failure of the test bus tells it; <see cref="TestBusOptions.Seed"/> sets it.</summary>
    public int Seed { get; private set; }

    /// <summary>What went wrong so far because of this, as text, in order: each with its event's type, key and body.</summary>
    public IReadOnlyList<string> Suffered => _suffered();

    /// <summary>The handler throws instead of being called. It is an error like any other: the group's retry policy decides.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="group">The group. Default: whichever is next.</param>
    /// <param name="times">How often. An immediate retry is a call of its own.</param>
    /// <param name="error">What it throws. Default: a <see cref="FaultException"/>.</param>
    public void Throw<T>(string? group = null, int times = 1, Exception? error = null) where T : notnull
        => Add<T>(FaultKinds.Throw, group, times, error);

    /// <summary>The handler throws when it is through: what it did elsewhere stays, what it published on its context is forgotten.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="group">The group. Default: whichever is next.</param>
    /// <param name="times">How often.</param>
    /// <param name="error">What it throws. Default: a <see cref="FaultException"/>.</param>
    public void ThrowAfter<T>(string? group = null, int times = 1, Exception? error = null) where T : notnull
        => Add<T>(FaultKinds.ThrowAfter, group, times, error);

    /// <summary>The event arrives twice, with one id, as from a publisher that repeats a publish.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="times">How many events suffer it.</param>
    public void Duplicate<T>(int times = 1) where T : notnull => Add<T>(FaultKinds.Duplicate, null, times);

    /// <summary>The event arrives late.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="by">How late, by the bus's clock.</param>
    /// <param name="times">How many events suffer it.</param>
    public void Delay<T>(TimeSpan by, int times = 1) where T : notnull => Add<T>(FaultKinds.Delay, null, times, null, by);

    /// <summary>The event arrives after the next one of its topic; if none comes, when the bus has nothing else to do.</summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="times">How many events suffer it.</param>
    public void Reorder<T>(int times = 1) where T : notnull => Add<T>(FaultKinds.Reorder, null, times);

    /// <summary>
    /// The lease of a delivery runs out, as when a process stands still for too long: the event is handed out again, though its handler is still at work, and the
    /// settlement that comes then is refused with all that the handler published.
    /// </summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="group">The group. Default: whichever is next.</param>
    /// <param name="after">How long after the delivery, by the bus's clock. Default: when it is being settled.</param>
    /// <param name="times">How often.</param>
    public void LoseLease<T>(string? group = null, TimeSpan? after = null, int times = 1) where T : notnull
        => Add<T>(FaultKinds.LoseLease, group, times, null, after);

    /// <summary>
    /// The process dies when the event is handled and before its settlement is stored, and is started anew on what the transport kept: the bus is made again by the
    /// same configuration, and what was handed out comes again.
    /// </summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="group">The group. Default: whichever is next.</param>
    /// <param name="times">How often.</param>
    public void CrashAfterHandling<T>(string? group = null, int times = 1) where T : notnull => Add<T>(FaultKinds.CrashAfterHandling, group, times);

    /// <summary>
    /// The process dies when the event is stored and before its publisher knows: <c>PublishAsync</c> throws a <see cref="PublishException"/> whose outcome is not known, and
    /// the bus is started anew.
    /// </summary>
    /// <typeparam name="T">The type of the event.</typeparam>
    /// <param name="times">How often.</param>
    public void CrashAfterPublishing<T>(int times = 1) where T : notnull => Add<T>(FaultKinds.CrashAfterPublishing, null, times);

    /// <summary>
    /// Lets chance choose. An event suffers each kind at most once in each group, so that three failed attempts are the most that come of it; a random delay takes up to
    /// a minute. What chance says depends on the seed and on the event's type, key and body alone, so on no other event and no thread: same seed, same
    /// faults, as long as the events are the same.
    /// </summary>
    /// <param name="probability">How likely each kind is for each event, from 0 to 1.</param>
    /// <param name="seed">The seed. Default: the one of the bus.</param>
    /// <param name="kinds">The kinds. Default: all but the death of the process.</param>
    public void Random(double probability, int? seed = null, FaultKinds kinds = FaultKinds.AllButCrashes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(probability);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(probability, 1);
        Check(kinds);
        lock (_gate)
        {
            Seed = seed ?? Seed;
            _chance = new Chance(Seed, probability, kinds);
        }
    }

    /// <summary>No faults from now on.</summary>
    public void Clear()
    {
        lock (_gate)
        {
            _orders.Clear();
            _chance = null;
        }
    }

    /// <summary>Whether an event suffers a fault now; it is used up by that.</summary>
    internal Fate? Take(FaultKinds kind, Envelope envelope, string? group)
    {
        lock (_gate)
        {
            var order = _orders.Find(one => one.Kind == kind && (one.Group ?? group) == group && _names.Of(one.Type) == envelope.Type);
            if (order is null)
            {
                return _chance?.Take(kind, envelope, group);
            }

            if (--order.Left == 0)
            {
                _orders.Remove(order);
            }

            return new Fate(order.Error, order.Span);
        }
    }

    private void Add<T>(FaultKinds kind, string? group, int times, Exception? error = null, TimeSpan? span = null) where T : notnull
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(times, 1);
        Check(kind);
        lock (_gate)
        {
            _orders.Add(new Order(kind, typeof(T), group, error, span) { Left = times });
        }
    }

    private void Check(FaultKinds kinds)
    {
        if (!_canCrash && (kinds & (FaultKinds.CrashAfterHandling | FaultKinds.CrashAfterPublishing)) != 0)
        {
            throw new NotSupportedException("The bus belongs to a host, which starts it once: only a bus of TestBus.StartAsync can die and be started anew.");
        }
    }

    private sealed record Order(FaultKinds Kind, Type Type, string? Group, Exception? Error, TimeSpan? Span)
    {
        public int Left { get; set; }
    }
}
