using Aldis.Diagnostics;
using Aldis.Errors;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Pipeline;

/// <summary>Turns what a handler throws into a verdict: again at once, again later, or dead.</summary>
internal sealed class RetryStep(RetryPolicy policy, Random random, ILogger log)
{
    public Handler Before(Handler next) => context => InvokeAsync(next, context);

    private async ValueTask<Verdict> InvokeAsync(Handler next, EventContext context)
    {
        if (context.Attempt > policy.MaxAttempts)
        {
            return Exhausted(context, "It was handed out and never settled: the process that had it died each time.", null);
        }

        for (var again = 0; ; again++)
        {
            try
            {
                return await next(context).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (context.Cancellation.IsCancellationRequested)
            {
                throw;
            }
            catch (Exception error)
            {
                context.Unpublish();
                context.Error = error;
                if (Judge(error, context, again) is { } verdict)
                {
                    return verdict;
                }
            }
        }
    }

    /// <summary>The verdict on an error, or null for another try at once.</summary>
    private Verdict? Judge(Exception error, EventContext context, int again)
    {
        switch (error)
        {
            case DeadLetterException given:
                return Bury(context, given.Reason, given.InnerException);
            case AldisException { Fault.Code: var code } when code == ErrorCodes.Undecodable:
                return Bury(context, error.Message, error.InnerException);
        }

        if (again < policy.ImmediateRetries)
        {
            log.RetryingNow(context.Envelope, context.Group, context.Attempt, error);
            return null;
        }

        if (context.Attempt >= policy.MaxAttempts)
        {
            return Exhausted(context, error.Message, error);
        }

        double part;
        lock (random)
        {
            part = random.NextDouble();
        }

        var delay = policy.DelayAfter(context.Attempt, part);
        log.RetryingLater(context.Envelope, context.Group, context.Attempt, delay, error);
        return Verdict.Retry(delay, error.ToString());
    }

    private Verdict Exhausted(EventContext context, string why, Exception? error)
        => Bury(context, $"{ErrorCodes.AttemptsExhausted.Id}: {policy.MaxAttempts} attempts failed, the last with: {why}", error);

    private Verdict Bury(EventContext context, string reason, Exception? error)
    {
        log.DeadLettered(context.Envelope, context.Group, context.Attempt, reason);
        return Verdict.Dead(reason, error?.ToString());
    }
}
