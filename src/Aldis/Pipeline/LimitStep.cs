using Aldis.Diagnostics;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Pipeline;

/// <summary>Gives up what is over a limit before anything reads it: another program may have published it.</summary>
internal sealed class LimitStep(EventLimits limits, ILogger log)
{
    public Handler Before(Handler next) => context =>
    {
        if (limits.Check(context.Envelope) is { } fault)
        {
            var reason = fault.ToString();
            log.DeadLettered(context.Envelope, context.Group, context.Attempt, reason);
            return new(Verdict.Dead(reason));
        }

        return next(context);
    };
}
