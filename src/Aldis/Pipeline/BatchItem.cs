using Aldis.Transports;

namespace Aldis.Pipeline;

/// <summary>One event of a batch; whoever brought it waits for the verdict.</summary>
internal sealed class BatchItem(EventContext context) : TaskCompletionSource<Verdict>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    public EventContext Context => context;

    /// <summary>The error with which this event has failed, where the handler has said so.</summary>
    public Exception? Error { get; set; }

    /// <summary>The handler is through with it.</summary>
    /// <param name="ofAll">The error with which the batch has failed, or null.</param>
    /// <param name="inCompany">Whether the batch has failed with several events, so that nobody knows which of them was at fault.</param>
    public void End(Exception? ofAll, bool inCompany)
    {
        context.FailedInCompany = Error is null && ofAll is not null && inCompany;
        if ((Error ?? ofAll) is { } error)
        {
            SetException(error);
        }
        else
        {
            SetResult(Verdict.Done);
        }
    }
}
