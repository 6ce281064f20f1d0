using Aldis.Diagnostics;
using Aldis.Events;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Dispatch;

/// <summary>
/// Publishes what is due. Every process does so, and the store sees to it that each event is published by one of them. Looks again at least once in a second while
/// something waits or another process may have scheduled something, unless the store tells when to look.
/// </summary>
internal sealed class Scheduler : IAsyncDisposable
{
    private static readonly TimeSpan _round = TimeSpan.FromSeconds(1);

    private readonly IScheduleStore _store;
    private readonly Func<Envelope, CancellationToken, ValueTask>? _publish;
    private readonly Telemetry _telemetry;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Pulse _changed = new();
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;

    public Scheduler(IScheduleStore store, Func<Envelope, CancellationToken, ValueTask>? publish, Telemetry telemetry, TimeProvider time, ILogger log)
    {
        (_store, _publish, _telemetry, _time, _log) = (store, publish, telemetry, time, log);
        _running = RunAsync();
    }

    /// <summary>Keeps events until they are due.</summary>
    public async ValueTask ScheduleAsync(ScheduledEvent one, CancellationToken cancel)
        => _ = Telemetry.WatchesPublishing ? await ObserveAsync(one, cancel).ConfigureAwait(false) : await KeepAsync(one, cancel).ConfigureAwait(false);

    /// <summary>Something was put into the store.</summary>
    public void Look() => _changed.Beat();

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    private ValueTask<bool> ObserveAsync(ScheduledEvent one, CancellationToken cancel) => Observed.SendAsync(
        _telemetry, _telemetry.Scheduling(one.Envelope.Topic), one.Envelope, envelope => KeepAsync(one with { Envelope = envelope }, cancel));

    private async ValueTask<bool> KeepAsync(ScheduledEvent one, CancellationToken cancel)
    {
        await _store.ScheduleAsync([one], cancel).ConfigureAwait(false);
        _changed.Beat();
        return true;
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            var (changed, told) = (_changed.Next, _store.Changed);
            var next = await TryFireAsync().ConfigureAwait(false);
            var limit = told is not null || next < _round ? next : _round;
            await Pulse.WaitAsync(told is null ? changed : Task.WhenAny(changed, told), limit, _time, _stop.Token).ConfigureAwait(false);
        }
    }

    private async ValueTask<TimeSpan?> TryFireAsync()
    {
        try
        {
            return await _store.FireDueAsync(_publish, _stop.Token).ConfigureAwait(false);
        }
        catch (Exception error) when (!_stop.IsCancellationRequested)
        {
            _log.ScheduleFailed(_round, error);
            return _round;
        }
    }
}
