namespace Aldis.Transports.Tests.Keys;

/// <summary>
/// What the contract says about one group, in the simplest words: a list of events, each with its place, and who has it. Every delivery and every
/// verdict is told to it; what must not be, it throws.
/// </summary>
internal sealed class KeyOracle(string group, TimeProvider time)
{
    private readonly Dictionary<EventId, KeyEvent> _events = [];
    private long _place;

    public bool IsThrough => _events.Count == 0;

    public IEnumerable<KeyEvent> Dead => _events.Values.Where(one => one.State == KeyState.Dead);

    public void Published(EventId id, string name, string? key) => _events.Add(id, new KeyEvent(name, key) { Place = ++_place });

    /// <summary>
    /// An event is handed out. It has to be there, nobody may have it, and of its key nobody else may hold one, and none before it may be missing that
    /// this receiver does not hold.
    /// </summary>
    public void Delivered(Delivery delivery, IReceiver receiver)
    {
        var one = Find(delivery.Envelope.Id) ?? throw Wrong($"{Text(delivery)} came although it was through");
        Require(one.State == KeyState.Waiting, $"{one.Name} came although it was {one.State}");
        Require(one.Due <= time.GetTimestamp(), $"{one.Name} came before its time");
        Require(delivery.Attempt == one.Attempts + 1, $"{one.Name} came with attempt {delivery.Attempt} and not {one.Attempts + 1}");
        if (one.Key is not null)
        {
            foreach (var other in _events.Values.Where(other => other != one && other.Key == one.Key))
            {
                Require(other.State != KeyState.Held || other.Holder == receiver, $"{one.Name} came while another receiver held {other.Name}");
                Require(one.IsOutOfOrder || other.Place > one.Place || other.State == KeyState.Held || !other.IsInTheWay,
                    $"{one.Name} came before {other.Name}, which was {other.State}");
            }
        }

        (one.State, one.Holder, one.Attempts) = (KeyState.Held, receiver, one.Attempts + 1);
    }

    /// <summary>A verdict was given. One on what is not held any more must have been refused, any other not.</summary>
    public void Settled(Settlement settlement, IReceiver receiver, bool wasRefused)
    {
        var one = Find(settlement.Delivery.Envelope.Id);
        var isHeld = one is { State: KeyState.Held } && one.Holder == receiver && one.Attempts == settlement.Delivery.Attempt;
        Require(isHeld != wasRefused, $"{settlement.Verdict.Kind} on {Text(settlement.Delivery)} was {(wasRefused ? "" : "not ")}refused");
        if (isHeld)
        {
            Conclude(one!, settlement.Verdict, settlement.Delivery.Envelope.Id);
        }
    }

    /// <summary>A receiver was disposed: its attempts do not count. Or its worker was taken for dead: then they do.</summary>
    public void Left(IReceiver receiver, bool isCounted)
    {
        foreach (var one in _events.Values.Where(one => one.State == KeyState.Held && one.Holder == receiver))
        {
            Free(one, isCounted ? one.Attempts : one.Attempts - 1);
        }
    }

    public void Redriven(EventId id)
    {
        var one = _events[id];
        Free(one, 0);
        if (!one.HoldsKey)
        {
            // Later ones were not kept back, so its place is lost. What is published from now on comes after it.
            (one.Place, one.IsOutOfOrder) = (++_place, true);
        }
    }

    public void Discarded(EventId id) => _events.Remove(id);

    /// <summary>A copy has taken the place of a dead letter.</summary>
    public void Replaced(EventId id, EventId copy)
    {
        Redriven(id);
        _events.Remove(id, out var one);
        _events.Add(copy, one!);
    }

    /// <summary>A dead letter is listed: it says how often it was tried, whether it holds its key, and how many wait behind it.</summary>
    public void Listed(DeadLetter letter)
    {
        var one = Find(letter.Envelope.Id);
        Require(one is { State: KeyState.Dead }, $"{letter.Envelope} is listed, but not dead");
        Require(letter.Attempts == one!.Attempts && letter.HoldsKey == one.HoldsKey, $"{one.Name} is listed with {letter.Attempts} attempts, HoldsKey {letter.HoldsKey}");
        var waiting = _events.Values.Where(other => one.HoldsKey && other.Key == one.Key && other.State == KeyState.Waiting).ToArray();

        // What comes when it comes may be behind it or not.
        var (least, most) = (waiting.Count(other => other.Place > one.Place && !other.IsOutOfOrder), waiting.Count(other => other.Place > one.Place || one.IsOutOfOrder));
        Require(letter.Parked >= least && letter.Parked <= most, $"{one.Name} is listed with {letter.Parked} behind it, but there are {least} to {most}");
    }

    public override string ToString() => $"{group}: {string.Join(", ", _events.Values.Select(one => $"{one.Name} {one.State}"))}";

    private void Conclude(KeyEvent one, Verdict verdict, EventId id)
    {
        switch (verdict.Kind)
        {
            case VerdictKind.Done:
                _events.Remove(id);
                break;
            case VerdictKind.Retry:
                Free(one, one.Attempts);
                one.Due = time.GetTimestamp() + (long)(verdict.After.TotalSeconds * time.TimestampFrequency);
                break;
            case VerdictKind.Return:
                Free(one, one.Attempts - 1);
                break;
            case VerdictKind.Dead:
                (one.State, one.Holder, one.HoldsKey) = (KeyState.Dead, null, verdict.HoldsKey && one.Key is not null);
                break;
        }
    }

    private static void Free(KeyEvent one, int attempts) => (one.State, one.Holder, one.Attempts) = (KeyState.Waiting, null, attempts);

    private KeyEvent? Find(EventId id) => _events.GetValueOrDefault(id);

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw Wrong(otherwise);
        }
    }

    private InvalidOperationException Wrong(string what) => new($"{group}: {what}");

    private static string Text(Delivery delivery) => System.Text.Encoding.UTF8.GetString(delivery.Envelope.Body.Span);
}

internal enum KeyState
{
    Waiting,
    Held,
    Dead,
}

/// <summary>An event as the oracle knows it.</summary>
internal sealed class KeyEvent(string name, string? key)
{
    public string Name => name;

    public string? Key => key;

    public long Place { get; set; }

    /// <summary>Whether it was redriven without having held its key: it comes when it comes.</summary>
    public bool IsOutOfOrder { get; set; }

    public KeyState State { get; set; }

    public IReceiver? Holder { get; set; }

    public int Attempts { get; set; }

    public long Due { get; set; }

    public bool HoldsKey { get; set; }

    /// <summary>Whether later ones of its key have to wait for it.</summary>
    public bool IsInTheWay => State == KeyState.Waiting || (State == KeyState.Dead && HoldsKey);
}
