using System.Threading.Channels;
using Aldis.Diagnostics;
using Aldis.Errors;
using Aldis.Pipeline;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Dispatch;

/// <summary>
/// The only loop that receives, handles and settles. One task receives as many deliveries as there are slots; so many workers handle them;
/// the settler sends their verdicts in batches, and a slot is free again when its verdict is stored. So nothing is ever held beyond the slots.
/// What has a key goes through <see cref="Lanes"/>.
/// </summary>
#pragma warning disable CA1001 // The sources have no timer, and a handler that was given up may still look at its token.
internal sealed class Pump
#pragma warning restore CA1001
{
    /// <summary>How long a handler that was asked to stop may take for it.</summary>
    private static readonly TimeSpan _grace = TimeSpan.FromSeconds(5);

    private readonly PumpSpec _spec;
    private readonly IReceiver _receiver;
    private readonly Settler _settler;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly Slots _slots;
    private readonly Gate _gate;
    private readonly PumpProgress _progress;
    private readonly Watchdog _watchdog;
    private readonly Channel<Delivery> _ready;
    private readonly Lanes? _lanes;
    private readonly SemaphoreSlim? _room;
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _abort = new();
    private readonly Task _running;
    private bool _isEnqueuing;
    private int _received;
    private int _handled;
    private int _inHand;

    public Pump(PumpSpec spec, IReceiver receiver, Settler settler, Gate gate, PumpHealth health, ILogger log, TimeProvider time)
    {
        (_spec, _receiver, _settler, _gate, Health, _log, _time) = (spec, receiver, settler, gate, health, log, time);
        _slots = new Slots(spec.MaxUnsettled);
        _progress = new PumpProgress(spec, gate, time);
        _watchdog = new Watchdog(spec, _progress, log, time);
        _settler.Settled = Settled;
        if (spec.KeepsKeyOrder)
        {
            _lanes = new Lanes();
            _settler.Stored = _lanes.Stored;
        }

        _ready = Channel.CreateBounded<Delivery>(spec.MaxUnsettled);
        if (spec.Gatherer is { } gatherer)
        {
            _room = new SemaphoreSlim(gatherer.Room);
            gatherer.WaitsInVain = BatchesWaitInVain;
        }

        _running = RunAsync();
    }

    /// <summary>Whether it works, and if not, why.</summary>
    public PumpHealth Health { get; }

    /// <summary>The worst of what is wrong now, or null.</summary>
    public Fault? Trouble => IsAlive ? Health.Trouble ?? _progress.Trouble ?? _gate.Trouble
        : new Fault(ErrorCodes.LoopEnded, $"The group '{_spec.Group}' is not served any more on '{_spec.Topic}'.", _running.Exception?.InnerException?.Message);

    /// <summary>Whether its loops run, or have been told to stop.</summary>
    public bool IsAlive => !_running.IsCompleted || _stop.IsCancellationRequested;

    /// <summary>What it was made with.</summary>
    public PumpSpec Spec => _spec;

    /// <summary>How many deliveries were begun, or are being returned, and have no settlement stored. Counted only for a test.</summary>
    public int InHand => Volatile.Read(ref _inHand);

    /// <summary>For a test: whether no event may be begun now, how long that takes where time alone changes it, and how many handlers run.</summary>
    public (bool IsShut, TimeSpan? Wait, int Running) GateNow => _gate.Now;

    /// <summary>For a test that has moved the clock: whoever waits for the gate looks again.</summary>
    public void Wake() => _gate.Wake();

    /// <summary>
    /// Drains: receives nothing more, lets handlers finish until the token asks to hurry, then cancels them; sends the verdicts, and returns
    /// what was not handled. A handler that does not heed its cancellation is given up after a while: what it holds is delivered again.
    /// </summary>
    /// <returns>How many deliveries were returned unfinished.</returns>
    public async ValueTask<int> StopAsync(CancellationToken hurry)
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        _spec.Gatherer?.Drain();
        await _watchdog.DisposeAsync().ConfigureAwait(false);
        await using var aborting = hurry.Register(_abort.Cancel).ConfigureAwait(false);
        try
        {
            await Task.WhenAny(_running, PatienceAsync(hurry)).Unwrap().ConfigureAwait(false);
            return Volatile.Read(ref _received) - Volatile.Read(ref _handled);
        }
        finally
        {
            await _settler.DisposeAsync().ConfigureAwait(false);
            await _receiver.DisposeAsync().ConfigureAwait(false);
            _spec.Gatherer?.Dispose();
        }
    }

    /// <summary>Ends when the loops have ended, and with them whatever waits for its batch.</summary>
    private async Task RunAsync()
    {
        await Task.WhenAll([ReceiveAsync(), .. Enumerable.Range(0, _spec.Concurrency).Select(_ => WorkAsync())]).ConfigureAwait(false);
        for (var held = _spec.Gatherer?.Room ?? 0; held > 0; held--)
        {
            await _room!.WaitAsync().ConfigureAwait(false);
        }
    }

    private void Settled(int count)
    {
        _progress.Settled(count);
        _slots.Return(count);
        _spec.Movement?.Ended(ref _inHand, count);
    }

    private async Task PatienceAsync(CancellationToken hurry)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, hurry).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await Task.Delay(_grace, _time, CancellationToken.None).ConfigureAwait(false);
    }

    private async Task ReceiveAsync()
    {
        await Task.Yield();
        var buffer = new Delivery[_spec.MaxUnsettled];
        var enough = Enough(_spec);
        var backoff = new Backoff(_time);
        try
        {
            while (true)
            {
                var free = await _slots.TakeAsync(enough, _stop.Token).ConfigureAwait(false);
                var open = await _gate.OpenAsync(_stop.Token).ConfigureAwait(false);
                _lanes?.BeginReceive();
                var count = await TryReceiveAsync(buffer.AsMemory(0, free), backoff, open).ConfigureAwait(false);
                _progress.Received(count);
                _slots.Return(free - count);
                _received += count;
                Enqueue(buffer.AsSpan(0, count));
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The bus stops.
        }
        catch (Exception error)
        {
            _log.LoopEnded(_spec.Group.Value, _spec.Topic.Value, error);
            throw;
        }
        finally
        {
            // Whatever ends this loop, the workers must not wait for ever.
            _ready.Writer.Complete();
        }
    }

    /// <summary>How much room makes a receive worthwhile. While a batch could be fuller, any.</summary>
    private static int Enough(PumpSpec spec)
    {
        var half = Math.Max(1, (spec.MaxUnsettled - spec.Concurrency) / 2);
        return spec.Gatherer is { } gatherer ? Math.Min(half, spec.MaxUnsettled - gatherer.MaxItems + 1) : half;
    }

    /// <summary>Receives, or says why it cannot and waits a while: a transport in trouble is never hammered and never forgotten.</summary>
    private async ValueTask<int> TryReceiveAsync(Memory<Delivery> buffer, Backoff backoff, CancellationToken open)
    {
        try
        {
            var count = Health.CanReceive
                ? await _receiver.ReceiveAsync(buffer, open).ConfigureAwait(false)
                : await RecoverAsync(buffer, backoff.Delay, open).ConfigureAwait(false);
            backoff.Reset();
            Health.Received();
            return count;
        }
        catch (OperationCanceledException) when (open.IsCancellationRequested && !_stop.IsCancellationRequested)
        {
            // The gate was shut.
            return 0;
        }
        catch (Exception error) when (error is not OperationCanceledException || !_stop.IsCancellationRequested)
        {
            Health.ReceiveFailed(error, backoff.Delay);
            await backoff.WaitAsync(_stop.Token).ConfigureAwait(false);
            return 0;
        }
    }

    /// <summary>A receive waits for an event, perhaps for days: after a failure, one that goes on for a while without failing works again.</summary>
    private async ValueTask<int> RecoverAsync(Memory<Delivery> buffer, TimeSpan patience, CancellationToken open)
    {
        var receiving = _receiver.ReceiveAsync(buffer, open).AsTask();
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(open);
        await Task.WhenAny(receiving, Task.Delay(patience, _time, enough.Token)).ConfigureAwait(false);
        if (!receiving.IsCompleted && !open.IsCancellationRequested)
        {
            Health.Received();
        }

        await enough.CancelAsync().ConfigureAwait(false);
        return await receiving.ConfigureAwait(false);
    }

    /// <summary>There is room: nothing is held beyond the slots.</summary>
    private void Enqueue(ReadOnlySpan<Delivery> received)
    {
        Volatile.Write(ref _isEnqueuing, true);
        foreach (var delivery in received)
        {
            if (delivery.Envelope.Key is not null)
            {
                _lanes?.Add(delivery);
            }

            _ready.Writer.TryWrite(delivery);
        }

        Volatile.Write(ref _isEnqueuing, false);
        HurryBatches();
    }

    /// <summary>Where all that is left to take waits behind the events of batches that are being gathered, these wait in vain for more.</summary>
    private void HurryBatches()
    {
        if (_spec.Gatherer is { } gatherer && BatchesWaitInVain())
        {
            gatherer.Hurry();
        }
    }

    /// <summary>What was received but not begun when the bus stops goes back with the receiver.</summary>
    private async Task WorkAsync()
    {
        await Task.Yield();
        await foreach (var delivery in _ready.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            if (_stop.IsCancellationRequested)
            {
                continue;
            }

            if (_lanes is null || delivery.Envelope.Key is null)
            {
                await BeginAsync(delivery, null).ConfigureAwait(false);
            }
            else
            {
                // Whichever has its turn among those with a key.
                await HandleNextAsync(_lanes).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask HandleNextAsync(Lanes lanes)
    {
        switch (lanes.Take(out var delivery, out var lane))
        {
            case LaneTurn.Handle:
                await BeginAsync(delivery, lane).ConfigureAwait(false);
                break;
            case LaneTurn.Wait:
                HurryBatches();
                break;
            case LaneTurn.Return:
                _spec.Movement?.Began(ref _inHand);
                lanes.SendBack(Settle);
                break;
        }
    }

    private bool BatchesWaitInVain() => !Volatile.Read(ref _isEnqueuing) && _ready.Reader.Count == 0 && _lanes is { Waiting: > 0 };

    private ValueTask BeginAsync(Delivery delivery, Lane? lane)
    {
        var context = new EventContext(delivery, _spec.Group, _spec.Sealer, _spec.Services, _abort.Token) { Gatherer = _spec.Gatherer };
        return _room is null ? HandleAsync(delivery, context, lane) : JoinAsync(delivery, context, lane, _room);
    }

    /// <summary>Goes on to the next delivery as soon as this one waits for its batch, and not before: so they join in the order in which they came.</summary>
    private async ValueTask JoinAsync(Delivery delivery, EventContext context, Lane? lane, SemaphoreSlim room)
    {
        var entering = room.WaitAsync(_stop.Token);
        await entering.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (entering.IsCompletedSuccessfully)
        {
            var handling = HandleAndLeaveAsync(delivery, context, lane, room);
            if (!handling.IsCompleted)
            {
                await Task.WhenAny(handling, context.WhenJoined()).ConfigureAwait(false);
            }
        }
    }

    private async Task HandleAndLeaveAsync(Delivery delivery, EventContext context, Lane? lane, SemaphoreSlim room)
    {
        try
        {
            await HandleAsync(delivery, context, lane).ConfigureAwait(false);
        }
        finally
        {
            room.Release();
        }
    }

    private async ValueTask HandleAsync(Delivery delivery, EventContext context, Lane? lane)
    {
        if (await JudgeAsync(delivery, context).ConfigureAwait(false) is not { } verdict)
        {
            return;
        }

        var settlement = verdict.Kind == VerdictKind.Done
            ? new Settlement(delivery, verdict, context.Published) { Scheduled = context.Scheduled, Remember = context.Remember }
            : new Settlement(delivery, verdict, []);
        if (lane is null)
        {
            Settle(settlement);
        }
        else
        {
            Conclude(lane, settlement);
        }
    }

    /// <summary>Lets the lane go on, or hands back what waits in it, in this order: first the verdict that makes the others wait.</summary>
    private void Conclude(Lane lane, Settlement settlement)
    {
        var (delivery, verdict, _) = settlement;
        verdict = verdict with { HoldsKey = verdict.Kind == VerdictKind.Dead && _spec.WhenDead == WhenDead.Park };
        settlement = settlement with { Verdict = verdict };
        if (verdict.Blocks)
        {
            var behind = _lanes!.Block(lane, settlement);
            _spec.Movement?.Began(ref _inHand, behind);
            _lanes.SendBack(Settle);
            return;
        }

        Settle(settlement);
        if (_lanes!.Advance(lane))
        {
            _ready.Writer.TryWrite(delivery);
        }
    }

    private void Settle(Settlement settlement, LaneReturn? back = null)
    {
        // Where it is not taken, the handler did not heed its cancellation, and the bus has stopped without it.
        if (_settler.Add(settlement, back))
        {
            Interlocked.Increment(ref _handled);
        }
    }

    /// <summary>Handles a delivery; null where it was cancelled or not begun, and so goes back with the receiver.</summary>
    private async ValueTask<Verdict?> JudgeAsync(Delivery delivery, EventContext context)
    {
        try
        {
            var era = await _gate.EnterAsync(_stop.Token).ConfigureAwait(false);
            _spec.Movement?.Began(ref _inHand);
            return await CallAsync(delivery, context, era).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            return null;
        }
    }

    private async ValueTask<Verdict> CallAsync(Delivery delivery, EventContext context, int era)
    {
        var outcome = Outcome.None;
        try
        {
            var verdict = await _spec.Handler(context).ConfigureAwait(false);
            outcome = context.Failure is not null || verdict.Kind == VerdictKind.Retry ? Outcome.Failed
                : verdict.Kind == VerdictKind.Done ? Outcome.Succeeded
                : Outcome.None;
            return verdict;
        }
        catch (Exception error) when (error is not OperationCanceledException || !_abort.IsCancellationRequested)
        {
            // Only a step around the retry step can throw here: the event is not lost, it comes again.
            outcome = Outcome.Failed;
            _log.RetryingLater(delivery.Envelope, context.Group, delivery.Attempt, TimeSpan.FromSeconds(1), error);
            return Verdict.Retry(TimeSpan.FromSeconds(1), error.ToString());
        }
        finally
        {
            _gate.Leave(era, outcome, context.Failure);
        }
    }
}
