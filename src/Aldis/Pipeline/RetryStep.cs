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
        if (context.Attempt > policy.MostAttempts)
        {
            return BuryNow(context, Exhausted(policy.MostAttempts, "It was handed out and never settled: the process that had it died each time."), null);
        }

        for (var again = 0; ; again++)
        {
            context.FailedInCompany = false;
            try
            {
                var verdict = await next(context).ConfigureAwait(false);
                context.Failure = null;
                return verdict;
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
            case RetryAfterException asked:
                return Later(context, policy, asked.IsByPolicy ? policy.DelayAfter(context.Attempt, NextRandom()) : asked.After, asked);
            case DeadLetterException given:
                return Bury(context, given.Reason, given.InnerException);
            case AldisException { Fault.Code: var code } when code == ErrorCodes.Undecodable:
                return Bury(context, error.Message, error.InnerException);
        }

        if (policy.After(error) is not { } applied)
        {
            return Bury(context, $"{ErrorCodes.NeverRetried.Id}: {error.GetType()} is not retried: {error.Message}", error);
        }

        context.Failure = error;
        if (again < applied.ImmediateRetries)
        {
            log.RetryingNow(context.Envelope, context.Group, context.Attempt, error);
            return null;
        }

        return Later(context, applied, applied.DelayAfter(context.Attempt, NextRandom()), error);
    }

    private Verdict? Later(EventContext context, RetryPolicy applied, TimeSpan delay, Exception error)
    {
        context.Failure = error;
        if (context.Attempt >= applied.MaxAttempts)
        {
            return Bury(context, Exhausted(context.Attempt, error.Message), error);
        }

        var planned = error is RetryAfterException { IsByPolicy: false } ? delay : applied.DelayAfter(context.Attempt, random: 0);
        if (applied.GivesUp(context.Attempt, planned))
        {
            return Bury(context, $"{ErrorCodes.WaitedEnough.Id}: {context.Attempt} attempts failed and the delays would add up to more than "
                + $"{applied.GiveUpAfter}, the last with: {error.Message}", error);
        }

        log.RetryingLater(context.Envelope, context.Group, context.Attempt, delay, error);
        return Verdict.Retry(delay, error.ToString());
    }

    private double NextRandom()
    {
        lock (random)
        {
            return random.NextDouble();
        }
    }

    private static string Exhausted(int attempts, string why) => $"{ErrorCodes.AttemptsExhausted.Id}: {attempts} attempts failed, the last with: {why}";

    /// <summary>Gives an event up, unless it has failed in company: nobody shall die of another's fault, so it is tried once more at once, alone.</summary>
    private Verdict? Bury(EventContext context, string reason, Exception? error)
    {
        if (!context.FailedInCompany)
        {
            return BuryNow(context, reason, error);
        }

        log.RetryingNow(context.Envelope, context.Group, context.Attempt, context.Error!);
        return null;
    }

    private Verdict BuryNow(EventContext context, string reason, Exception? error)
    {
        log.DeadLettered(context.Envelope, context.Group, context.Attempt, reason);
        return Verdict.Dead(reason, error?.ToString());
    }
}
