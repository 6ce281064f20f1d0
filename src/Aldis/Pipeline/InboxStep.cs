using Aldis.Diagnostics;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.Pipeline;

/// <summary>Lets no event through that its group has handled already, and asks for the others to be remembered with their acknowledgement.</summary>
internal sealed class InboxStep(GroupInbox inbox, TimeProvider time, ILogger log)
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    public Handler Before(Handler next) => context => InvokeAsync(next, context);

    private async ValueTask<Verdict> InvokeAsync(Handler next, EventContext context)
    {
        if (!await BeginAsync(context).ConfigureAwait(false))
        {
            log.Duplicate(context.Envelope, context.Group);
            return Verdict.Done;
        }

        var isHandled = false;
        context.Inbox = inbox;
        try
        {
            var verdict = await next(context).ConfigureAwait(false);
            isHandled = verdict.Kind == VerdictKind.Done;
            return verdict;
        }
        finally
        {
            if (isHandled && !context.HasEnteredInbox)
            {
                inbox.Handled(context.Id);
                context.Remember = inbox.Keep;
            }
            else
            {
                // What the handler has entered itself is in the store, if it was committed: whoever waits with a copy looks there.
                inbox.GiveUp(context.Id);
            }
        }
    }

    /// <summary>An inbox that cannot be read is no fault of the event: it waits, and its attempts are not used up.</summary>
    private async ValueTask<bool> BeginAsync(EventContext context)
    {
        while (true)
        {
            try
            {
                return await inbox.TryBeginAsync(context.Id, context.Cancellation).ConfigureAwait(false);
            }
            catch (TransportException error)
            {
                log.InboxFailed(context.Group, _pause, error);
                await Task.Delay(_pause, time, context.Cancellation).ConfigureAwait(false);
            }
        }
    }
}
