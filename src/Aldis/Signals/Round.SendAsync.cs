namespace Aldis.Signals;

internal sealed partial class Round<T>
{
    /// <summary>Calls the receivers one after another, awaiting each, until one fails. Never throws: the task carries the error.</summary>
    public ValueTask SendAsync(T @event, CancellationToken cancel)
    {
        try
        {
            // A loop without a state machine for as long as receivers complete at once.
            for (var index = 0; index < _count; index++)
            {
                cancel.ThrowIfCancellationRequested();
                var pending = Call(index, @event, cancel);
                if (!pending.IsCompletedSuccessfully)
                {
                    return SendRestAsync(pending, index + 1, @event, cancel);
                }

                // A pooled task wants its result taken, even the empty one.
                pending.GetAwaiter().GetResult();
            }

            return default;
        }
        catch (Exception exception)
        {
            return Failed(exception);
        }
    }

    /// <summary>Calls every receiver one after another, awaiting each, and throws afterwards what they threw.</summary>
    public ValueTask SendAllAsync(T @event, object owner, CancellationToken cancel)
    {
        for (var index = 0; index < _count; index++)
        {
            var pending = Start(index, @event, cancel);
            if (!pending.IsCompletedSuccessfully)
            {
                return SendAllRestAsync(pending, index + 1, @event, owner, cancel);
            }

            pending.GetAwaiter().GetResult();
        }

        return default;
    }

    /// <summary>Calls every receiver without waiting for the one before, and throws what they threw when all have completed.</summary>
    public ValueTask SendParallelAsync(T @event, object owner, CancellationToken cancel)
    {
        List<Task>? running = null;
        for (var index = 0; index < _count; index++)
        {
            var pending = Start(index, @event, cancel);
            if (!pending.IsCompletedSuccessfully)
            {
                (running ??= []).Add(pending.AsTask());
            }
            else
            {
                pending.GetAwaiter().GetResult();
            }
        }

        return running is null ? default : JoinAsync(running, owner);
    }

    private async ValueTask SendRestAsync(ValueTask pending, int next, T @event, CancellationToken cancel)
    {
        await pending.ConfigureAwait(false);
        for (var index = next; index < _count; index++)
        {
            cancel.ThrowIfCancellationRequested();
            await Call(index, @event, cancel).ConfigureAwait(false);
        }
    }

    private async ValueTask SendAllRestAsync(ValueTask pending, int next, T @event, object owner, CancellationToken cancel)
    {
        var failures = default(Failures);
        failures.Add(await ErrorOf(pending).ConfigureAwait(false));
        for (var index = next; index < _count; index++)
        {
            failures.Add(await ErrorOf(Start(index, @event, cancel)).ConfigureAwait(false));
        }

        failures.ThrowIfAny(owner);
    }

    private static async ValueTask JoinAsync(List<Task> running, object owner)
    {
        var failures = default(Failures);
        foreach (var task in running)
        {
            failures.Add(await ErrorOf(new ValueTask(task)).ConfigureAwait(false));
        }

        failures.ThrowIfAny(owner);
    }

    private static async ValueTask<Exception?> ErrorOf(ValueTask pending)
    {
        try
        {
            await pending.ConfigureAwait(false);
            return null;
        }
        catch (Exception exception)
        {
            return exception;
        }
    }

    /// <summary>Calls a receiver. Never throws: the task carries the error.</summary>
    private ValueTask Start(int index, T @event, CancellationToken cancel)
    {
        try
        {
            return Call(index, @event, cancel);
        }
        catch (Exception exception)
        {
            return Failed(exception);
        }
    }

    private ValueTask Call(int index, T @event, CancellationToken cancel)
    {
        if (_isRetired && !_turns[index].IsConnected)
        {
            return default;
        }

        if (_asyncCalls?[index] is { } callAsync)
        {
            return callAsync(@event, cancel);
        }

        _calls[index]!(@event);
        return default;
    }

    private static ValueTask Failed(Exception exception)
        => exception is OperationCanceledException { CancellationToken.IsCancellationRequested: true } cancelled
            ? ValueTask.FromCanceled(cancelled.CancellationToken)
            : ValueTask.FromException(exception);
}
