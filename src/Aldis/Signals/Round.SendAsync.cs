namespace Aldis.Signals;

internal sealed partial class Round<T>
{
    /// <summary>Calls the receivers one after another, awaiting each, until one fails. Never throws: the task carries the error.</summary>
    public ValueTask SendAsync(T @event, CancellationToken cancel)
    {
        try
        {
            // A loop without a state machine for as long as receivers complete at once.
            for (var index = 0; index < _turns.Length; index++)
            {
                cancel.ThrowIfCancellationRequested();
                var pending = CallAsync(index, @event, cancel);
                if (!pending.IsCompletedSuccessfully)
                {
                    return SendRestAsync(pending, index + 1, @event, cancel);
                }

                // A pooled task wants its result taken, even the empty one.
                pending.GetAwaiter().GetResult();
            }

            return default;
        }
        catch (OperationCanceledException exception) when (exception.CancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled(exception.CancellationToken);
        }
        catch (Exception exception)
        {
            return ValueTask.FromException(exception);
        }
    }

    /// <summary>Calls every receiver one after another, awaiting each, and throws afterwards what they threw.</summary>
    public async ValueTask SendAllAsync(T @event, object owner, CancellationToken cancel)
    {
        var failures = default(Failures);
        for (var index = 0; index < _turns.Length; index++)
        {
            try
            {
                await CallAsync(index, @event, cancel).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                failures.Add(exception);
            }
        }

        failures.ThrowIfAny(owner);
    }

    private async ValueTask SendRestAsync(ValueTask pending, int next, T @event, CancellationToken cancel)
    {
        await pending.ConfigureAwait(false);
        for (var index = next; index < _turns.Length; index++)
        {
            cancel.ThrowIfCancellationRequested();
            await CallAsync(index, @event, cancel).ConfigureAwait(false);
        }
    }

    private ValueTask CallAsync(int index, T @event, CancellationToken cancel)
    {
        ref readonly var turn = ref _turns[index];
        if (_isRetired && !turn.IsConnected)
        {
            return default;
        }

        var receiver = turn.Receiver;
        if (receiver.Call is { } call)
        {
            call(@event);
            return default;
        }

        return receiver.CallAsync!(@event, cancel);
    }
}
