using Aldis.Catalog;
using Aldis.Diagnostics;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Dispatch;

/// <summary>
/// Takes the slots of one timetable when they come. All processes that have the timetable do; each slot is taken by one of them, because a slot is taken
/// from the one before it in the store.
/// </summary>
internal sealed class TimetableKeeper : IAsyncDisposable
{
    /// <summary>The clock may be set: it is looked at so often.</summary>
    private static readonly TimeSpan _longestWait = TimeSpan.FromSeconds(30);

    /// <summary>A slot that is so far in the future was taken under a clock that was wrong.</summary>
    private static readonly TimeSpan _farAhead = TimeSpan.FromHours(25);

    private const int MostMissed = 1000;

    private readonly Appointment _appointment;
    private readonly IScheduleStore _store;
    private readonly EnvelopeFactory _factory;
    private readonly Action _taken;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly CancellationTokenSource _stop = new();
    private readonly Movement? _movement;
    private readonly Task _running;
    private Task _resting = Task.CompletedTask;

    public TimetableKeeper(Appointment appointment, IScheduleStore store, EnvelopeFactory factory, Action taken, TimeProvider time, ILogger log, Movement? movement = null)
    {
        (_appointment, _store, _factory, _taken, _time, _log, _movement) = (appointment, store, factory, taken, time, log, movement);
        _running = RunAsync();
    }

    /// <summary>Whether it has taken all that has come, and waits for the clock.</summary>
    public bool IsResting => !Volatile.Read(ref _resting).IsCompleted;

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            TimeSpan wait;
            try
            {
                wait = await KeepAsync().ConfigureAwait(false);
            }
            catch (Exception error) when (!_stop.IsCancellationRequested)
            {
                wait = TimeSpan.FromSeconds(1);
                _log.ScheduleFailed(wait, error);
            }

            var resting = Task.Delay(wait, _time, _stop.Token);
            Volatile.Write(ref _resting, resting);
            _movement?.Tell();
            await resting.ConfigureAwait(false);
        }
    }

    /// <summary>Takes what has come, and tells how long to wait.</summary>
    private async ValueTask<TimeSpan> KeepAsync()
    {
        var now = _time.GetUtcNow();
        var stands = await _store.SlotAsync(_appointment.Name, now, _stop.Token).ConfigureAwait(false);
        if (stands > now + _farAhead)
        {
            _log.SlotAhead(_appointment.Name, stands);
            await TakeAsync(stands, now, publish: false).ConfigureAwait(false);
            stands = now;
        }

        await TakeAllAsync(stands, now).ConfigureAwait(false);
        var next = _appointment.Timetable.Next(_time.GetUtcNow()) - _time.GetUtcNow();
        return next < _longestWait ? Max(next.Value, TimeSpan.FromMilliseconds(1)) : _longestWait;
    }

    private async ValueTask TakeAllAsync(DateTimeOffset stands, DateTimeOffset now)
    {
        var (slots, missed) = Slots(stands, now);
        if (missed > 0)
        {
            _log.SlotsMissed(_appointment.Name, missed, slots[missed - 1], $"{_appointment.Options.WhenMissed}");
        }

        for (var index = 0; index < slots.Count; index++)
        {
            if (IsTaken(index, missed))
            {
                if (!await TakeAsync(stands, slots[index], publish: true).ConfigureAwait(false))
                {
                    return;
                }

                stands = slots[index];
            }
        }

        if (slots.Count > 0 && stands != slots[^1])
        {
            await TakeAsync(stands, slots[^1], publish: false).ConfigureAwait(false);
        }
    }

    /// <summary>
    /// The newest slots that have come, and how many of them are too late. Looked for from the near past backwards: a timetable knows its next slot only,
    /// and between where it stands and now there may be millions.
    /// </summary>
    private (List<DateTimeOffset> Slots, int Missed) Slots(DateTimeOffset stands, DateTimeOffset now)
    {
        var slots = new Queue<DateTimeOffset>();
        for (var (back, begin) = (TimeSpan.FromMinutes(1), DateTimeOffset.MaxValue); begin > stands && slots.Count < MostMissed; back *= 8)
        {
            begin = now - stands > back ? now - back : stands;
            slots.Clear();
            for (var slot = _appointment.Timetable.Next(begin); slot <= now; slot = _appointment.Timetable.Next(slot.Value))
            {
                slots.Enqueue(slot.Value);
                if (slots.Count > MostMissed)
                {
                    slots.Dequeue();
                }
            }
        }

        return ([.. slots], slots.Count(slot => now - slot > _appointment.Options.Tolerance));
    }

    private bool IsTaken(int index, int missed) => index >= missed || _appointment.Options.WhenMissed switch
    {
        WhenMissed.RunAll => true,
        WhenMissed.RunLast => index == missed - 1,
        _ => false,
    };

    private async ValueTask<bool> TakeAsync(DateTimeOffset from, DateTimeOffset to, bool publish)
    {
        var @event = publish ? new ScheduledEvent(_appointment.Seal(to, _factory), null, null) : null;
        var isTaken = await _store.TakeSlotAsync(_appointment.Name, from, to, @event, _stop.Token).ConfigureAwait(false);
        if (isTaken)
        {
            _taken();
        }

        return isTaken;
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
