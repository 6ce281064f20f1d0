using Aldis.Diagnostics;
using Microsoft.Extensions.Logging;

namespace Aldis.Dispatch;

/// <summary>Looks now and then whether a pump makes progress, and writes to the log when it does not and when it does again.</summary>
internal sealed class Watchdog : IAsyncDisposable
{
    private readonly PumpSpec _spec;
    private readonly PumpProgress _progress;
    private readonly ILogger _log;
    private readonly ITimer? _timer;
    private bool _isBarking;

    public Watchdog(PumpSpec spec, PumpProgress progress, ILogger log, TimeProvider time)
    {
        (_spec, _progress, _log) = (spec, progress, log);
        _timer = spec.Watchdog is { } patience ? time.CreateTimer(static watchdog => ((Watchdog)watchdog!).Look(), this, patience / 2, patience / 2) : null;
    }

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    /// <summary>Two looks at a time, should a timer be so late, say the same twice at worst.</summary>
    private void Look()
    {
        var trouble = _progress.Trouble;
        if (trouble is not null && !_isBarking)
        {
            _log.NoProgress(trouble.What, trouble.Why);
        }
        else if (trouble is null && _isBarking)
        {
            _log.ProgressAgain(_spec.Group.Value, _spec.Topic.Value);
        }

        _isBarking = trouble is not null;
    }
}
