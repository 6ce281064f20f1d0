using System.Globalization;
using Aldis.Dispatch;
using Aldis.Events;

namespace Aldis.Testing.Running;

/// <summary>
/// Sees whether a bus is at rest. It counts and does not guess: every event is in one of the places that are looked at, from the beginning of its publish to the end of its
/// settlement. They are looked at one after the other; the look counts only if nothing has moved meanwhile.
/// </summary>
internal sealed class Watch(World world, Func<RunningBus?> find, Func<Task> starting)
{
    /// <summary>How long, in real time, a handler may be still beside one that waits for the clock, before both are taken to wait for it.</summary>
    private static readonly TimeSpan _patience = TimeSpan.FromMilliseconds(500);

    /// <summary>The same where an event is due that nobody has taken yet. As a rule somebody will, as soon as the machine lets him; where all slots are taken, nobody will.</summary>
    private static readonly TimeSpan _patienceForDue = TimeSpan.FromSeconds(2);

    /// <summary>Waits until nothing is going on.</summary>
    /// <param name="sleepersMaySleep">Whether a handler that waits for the clock may be left waiting.</param>
    /// <returns>When the clock gives the bus something to do.</returns>
    /// <exception cref="TestBusException">It takes too long.</exception>
    public async ValueTask<DateTimeOffset?> UntilRestAsync(bool sleepersMaySleep)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var (moved, running) = (world.Movement.Next, starting());
            await (running.IsCompleted ? running : Task.CompletedTask).ConfigureAwait(false);
            if (world.Clock.NextDue <= world.Clock.GetUtcNow())
            {
                world.Clock.MoveTo(world.Clock.GetUtcNow());
            }

            var still = Look(sleepersMaySleep);
            if (still.IsAtRest && !await world.ReleaseAsync().ConfigureAwait(false))
            {
                return still.NextDue;
            }

            var left = world.Options.Limit - TimeProvider.System.GetElapsedTime(began);
            var mayBeAsleep = sleepersMaySleep && still.HasSleepers;
            if (left <= TimeSpan.Zero)
            {
                throw TooLong();
            }

            var patience = still.HasDue ? _patienceForDue : _patience;
            if (!still.IsAtRest && !await MovesAsync(moved, mayBeAsleep && patience < left ? patience : left).ConfigureAwait(false))
            {
                return mayBeAsleep ? still.NextDue : throw TooLong();
            }
        }
    }

    /// <summary>Everybody who waits for what is due now looks at the clock again: whoever was about to wait when it was moved would wait for too long.</summary>
    public void Wake()
    {
        if (find() is not { } bus)
        {
            return;
        }

        if (world.Memory.NextScheduled <= TimeSpan.Zero)
        {
            world.LookAtSchedule();
        }

        foreach (var pump in bus.Pumps)
        {
            var (due, held, _) = world.Memory.Look(pump.Spec.Topic, NameOf(pump, bus));
            if (due > 0)
            {
                world.Memory.Wake(pump.Spec.Topic, NameOf(pump, bus));
            }

            if (due > 0 || held > 0)
            {
                pump.Wake();
            }
        }
    }

    private static async ValueTask<bool> MovesAsync(Task moved, TimeSpan limit)
    {
        await moved.WaitAsync(limit, TimeProvider.System).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return moved.IsCompleted;
    }

    private Stillness Look(bool sleepersMaySleep)
    {
        var version = world.Movement.Version;
        var still = LookOnce(sleepersMaySleep);
        return still with { IsAtRest = still.IsAtRest && world.Movement.Version == version };
    }

    private Stillness LookOnce(bool sleepersMaySleep)
    {
        if (!starting().IsCompleted)
        {
            return default;
        }

        if (find() is not { } bus)
        {
            return new Stillness(IsAtRest: true, world.Clock.NextDue, HasSleepers: false, HasDue: false);
        }

        // In the order in which an event goes through them.
        var (isAtRest, next, hasSleepers, hasDue) = (bus.TimetablesRest, After(world.Memory.NextScheduled), false, false);
        isAtRest &= !(next <= world.Clock.GetUtcNow()) && !world.IsFiring && bus.Publishing == 0;
        foreach (var pump in bus.Pumps)
        {
            var one = Look(pump, bus, sleepersMaySleep);
            (isAtRest, next) = (isAtRest && one.IsAtRest, Earlier(next, one.NextDue));
            (hasSleepers, hasDue) = (hasSleepers || one.HasSleepers, hasDue || one.HasDue);
        }

        return new Stillness(isAtRest, Earlier(next, world.Clock.NextDue), hasSleepers, hasDue);
    }

    private Stillness Look(Pump pump, RunningBus bus, bool sleepersMaySleep)
    {
        var (due, held, next) = world.Memory.Look(pump.Spec.Topic, NameOf(pump, bus));
        held += world.Life?.Lost(pump.Spec.Topic, NameOf(pump, bus)) ?? 0;
        var (isShut, wait, running) = pump.GateNow;

        // What has passed the gate just now is counted there, and not yet by the pump.
        var inHand = Math.Max(pump.InHand, running);
        var sleeping = inHand == 0 ? 0 : world.Handlers.Sleeping(pump.Spec.Topic, pump.Spec.Group.Value);

        // Behind a gate that is shut, and behind handlers that take up every place, nothing can be begun.
        var isBarred = isShut || inHand >= pump.Spec.Concurrency;
        var handlersRest = inHand == 0 || (sleepersMaySleep && sleeping == inHand);
        return new Stillness(handlersRest && (isBarred || (due == 0 && held == inHand)), Earlier(After(next), isShut ? After(wait) : null), sleeping > 0, due > 0 && !isBarred);
    }

    private static GroupName NameOf(Pump pump, RunningBus bus) => pump.Spec.Group == GroupName.EachInstance ? bus.PrivateGroup : pump.Spec.Group;

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other : one;

    private DateTimeOffset? After(TimeSpan? span)
        => span is { } wait && wait < DateTimeOffset.MaxValue - world.Clock.GetUtcNow() ? world.Clock.GetUtcNow() + TestClock.Whole(wait) : null;

    private TestBusException TooLong()
    {
        var busy = Busy().ToArray();
        return new TestBusException(string.Join('\n',
            [
                string.Create(CultureInfo.InvariantCulture, $"The bus is not quiet after {world.Options.Limit.TotalSeconds:0.###} s of real time, at {History.Show(world.Clock.GetUtcNow())} of its own."),
                .. busy.Length == 0 ? ["  Nothing can be seen that keeps it busy."] : busy, world.Epilogue(),
            ]));
    }

    private IEnumerable<string> Busy()
    {
        foreach (var run in world.Handlers.Runs.OrderBy(run => run.Since))
        {
            var waits = world.Clock.NextDueOf(run) is { } due ? $"; it waits for the clock until {History.Show(due)}, and AdvanceAsync moves the clock" : "";
            yield return $"  {run.Group} is handling {world.History.Name(run.Envelope)}, attempt {run.Attempt}, since {History.Show(run.Since)}{waits}";
        }

        if (find() is not { } bus)
        {
            yield return "  the bus is being started anew";
            yield break;
        }

        if (bus.Publishing > 0)
        {
            yield return $"  {bus.Publishing} publishes are on their way";
        }

        foreach (var pump in bus.Pumps)
        {
            var (due, held, _) = world.Memory.Look(pump.Spec.Topic, NameOf(pump, bus));
            if (due + held > 0)
            {
                yield return $"  {pump.Spec.Group} holds {held} deliveries of {pump.Spec.Topic}, {pump.InHand} of them begun, and {due} more are due";
            }
        }
    }
}
