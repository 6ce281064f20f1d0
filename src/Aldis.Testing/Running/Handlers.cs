using Aldis.Dispatch;
using Aldis.Errors;
using Aldis.Events;
using Aldis.Pipeline;
using Aldis.Transports;

namespace Aldis.Testing.Running;

/// <summary>The handlers at work, and which deliveries a handler has been through. A step around every handler keeps it, and throws where a fault says so.</summary>
internal sealed class Handlers(Faults faults, History history, TestClock clock, Movement movement)
{
    private readonly Lock _gate = new();
    private readonly HashSet<HandlerRun> _runs = [];
    private readonly Dictionary<(EventId, string), int> _handled = [];

    public IReadOnlyList<HandlerRun> Runs
    {
        get
        {
            lock (_gate)
            {
                return [.. _runs];
            }
        }
    }

    /// <summary>Stands around every handler, inside the retries.</summary>
    public Handler Around(Handler next) => context => RunAsync(next, context);

    /// <summary>How many handlers of a stream wait for the clock.</summary>
    public int Sleeping(TopicName topic, string group)
        => Runs.Count(run => run.Group == group && run.Envelope.Topic == topic && clock.NextDueOf(run) is not null);

    /// <summary>Whether a handler was through with this event, for each delivery once.</summary>
    public bool TakeHandled(EventId id, string group)
    {
        lock (_gate)
        {
            var count = _handled.GetValueOrDefault((id, group));
            _handled[(id, group)] = Math.Max(0, count - 1);
            return count > 0;
        }
    }

    /// <summary>The process has died: what still runs is of no account.</summary>
    public void Forget()
    {
        lock (_gate)
        {
            _runs.Clear();
            _handled.Clear();
        }
    }

    private async ValueTask<Verdict> RunAsync(Handler next, EventContext context)
    {
        var run = new HandlerRun(context.Envelope, context.Group, context.Attempt, clock.GetUtcNow());
        lock (_gate)
        {
            _runs.Add(run);
        }

        HandlerRun.Current = run;
        try
        {
            ThrowIf(FaultKinds.Throw, context, "the handler throws");
            var verdict = await next(context).ConfigureAwait(false);
            ThrowIf(FaultKinds.ThrowAfter, context, "the handler throws after its work");
            Note(verdict, run);
            return verdict;
        }
        finally
        {
            lock (_gate)
            {
                _runs.Remove(run);
            }

            movement.Tell();
        }
    }

    private void Note(Verdict verdict, HandlerRun run)
    {
        if (verdict.Kind == VerdictKind.Done)
        {
            lock (_gate)
            {
                var about = (run.Envelope.Id, run.Group);
                _handled[about] = _handled.GetValueOrDefault(about) + 1;
            }
        }
    }

    private void ThrowIf(FaultKinds kind, EventContext context, string what)
    {
        if (faults.Take(kind, context.Envelope, context.Group) is { } fate)
        {
            history.Add(HappeningKind.Fault, context.Envelope, context.Group, context.Attempt, what);
            throw fate.Error ?? new FaultException($"A fault of the test: {what}.");
        }
    }
}
