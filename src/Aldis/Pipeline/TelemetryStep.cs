using Aldis.Diagnostics;
using Aldis.Transports;

namespace Aldis.Pipeline;

/// <summary>Measures how long a delivery is handled, with all its retries at once, and what comes of it. Where nobody listens, it calls what is behind it.</summary>
internal sealed class TelemetryStep(Telemetry telemetry, Operation processing)
{
    public Handler Before(Handler next)
        => Instruments.AreSupported ? context => processing.IsWatched ? InvokeAsync(next, context) : next(context) : next;

    private async ValueTask<Verdict> InvokeAsync(Handler next, EventContext context)
    {
        var running = telemetry.Process(processing, context.Envelope);
        try
        {
            var verdict = await next(context).ConfigureAwait(false);
            running.End(verdict.Kind == VerdictKind.Done ? null : ErrorType.Of(context.Error));
            return verdict;
        }
        catch (Exception error)
        {
            running.End(ErrorType.Of(error));
            throw;
        }
    }
}
