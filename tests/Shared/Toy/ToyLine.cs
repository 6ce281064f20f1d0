using Aldis.Events;
using Aldis.Transports;

namespace Aldis.Tests.Shared.Toy;

/// <summary>What one group has not settled, in its order. An event stays in it until it is done; one that is handed out has a holder and a token.</summary>
internal sealed class ToyLine(TimeProvider time)
{
    private readonly Lock _gate = new();
    private readonly SortedDictionary<long, Entry> _entries = [];
    private readonly Pulse _changed = new();
    private long _last;
    private long _token;

    public void Add(ReadOnlySpan<Envelope> batch)
    {
        lock (_gate)
        {
            foreach (var envelope in batch)
            {
                _entries.Add(++_last, new Entry(envelope));
            }
        }

        _changed.Beat();
    }

    public async ValueTask<int> TakeAsync(ToyReceiver receiver, Memory<Delivery> buffer, CancellationToken cancel)
    {
        while (true)
        {
            cancel.ThrowIfCancellationRequested();
            var changed = _changed.Next;
            if (Take(receiver, buffer.Span, out var next) is > 0 and var count)
            {
                return count;
            }

            await Pulse.WaitAsync(changed, next, time, cancel);
        }
    }

    /// <summary>False where the receiver does not hold it any more.</summary>
    public bool Settle(ToyReceiver receiver, Settlement settlement)
    {
        lock (_gate)
        {
            var (number, entry) = _entries.FirstOrDefault(one => one.Value.Token == settlement.Delivery.Token && one.Value.Holder == receiver);
            if (entry is null)
            {
                return false;
            }

            entry.Holder = null;
            switch (settlement.Verdict.Kind)
            {
                case VerdictKind.Retry:
                    entry.Due = time.GetUtcNow() + settlement.Verdict.After;
                    break;
                case VerdictKind.Return:
                    entry.Attempts--;
                    break;
                default:
                    _entries.Remove(number);
                    break;
            }
        }

        _changed.Beat();
        return true;
    }

    /// <summary>Takes back what a receiver holds, as if it had not been handed out.</summary>
    public void Leave(ToyReceiver receiver)
    {
        lock (_gate)
        {
            foreach (var entry in _entries.Values.Where(entry => entry.Holder == receiver))
            {
                entry.Holder = null;
                entry.Attempts--;
            }
        }

        _changed.Beat();
    }

    private int Take(ToyReceiver receiver, Span<Delivery> buffer, out TimeSpan? next)
    {
        lock (_gate)
        {
            var (count, now) = (0, time.GetUtcNow());
            var elsewhere = _entries.Values.Where(entry => entry.Holder is { } holder && holder != receiver).Select(entry => entry.Envelope.Key).ToHashSet();
            foreach (var entry in _entries.Values.Where(entry => entry.Holder is null && entry.Due <= now && (entry.Envelope.Key is not { } key || !elsewhere.Contains(key))))
            {
                if (count == buffer.Length)
                {
                    break;
                }

                entry.Hold(receiver, ++_token);
                buffer[count++] = new Delivery(entry.Envelope, entry.Attempts, null, entry.Token);
            }

            var due = _entries.Values.Where(entry => entry.Holder is null && entry.Due > now).Select(entry => entry.Due).DefaultIfEmpty().Min();
            next = due == default ? null : due - now;
            return count;
        }
    }

    private sealed class Entry(Envelope envelope)
    {
        public Envelope Envelope => envelope;

        public int Attempts { get; set; }

        public DateTimeOffset Due { get; set; }

        public ToyReceiver? Holder { get; set; }

        public long Token { get; private set; }

        public void Hold(ToyReceiver receiver, long token) => (Holder, Token, Attempts) = (receiver, token, Attempts + 1);
    }
}
