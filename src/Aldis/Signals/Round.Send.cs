using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Aldis.Errors;

namespace Aldis.Signals;

internal sealed partial class Round<T>
{
    /// <summary>Calls the receivers until one throws.</summary>
    /// <param name="event">What they get.</param>
    /// <param name="owner">The signal, subject or callback, for the message of an error.</param>
    public void Send(T @event, object owner)
    {
        // The most frequent case by itself, so that the compiler can put it into the caller.
        if (_only is { } only && !_isRetired)
        {
            only(@event);
        }
        else
        {
            SendMany(@event, owner);
        }
    }

    private void SendMany(T @event, object owner)
    {
        var calls = Calls(owner);
        var index = calls.Length < 4 ? 0 : SendFours(calls, @event);
        for (; index < calls.Length; index++)
        {
            if (!_isRetired || _turns[index].IsConnected)
            {
                calls[index](@event);
            }
        }
    }

    /// <summary>Calls receivers by fours while the round is the newest; gives back the index of the first one not called.</summary>
    /// <remarks>
    /// Four places of call, because the compiler guesses the target of a delegate place by place: with 8 different receivers a
    /// send took about two thirds of the time that it took with one place in a loop. No index is checked: the loop's own bound holds for all four.
    /// </remarks>
    private int SendFours(ReadOnlySpan<Action<T>> calls, T @event)
    {
        ref Action<T> call = ref MemoryMarshal.GetReference(calls);
        for (var index = 0; ; index += 4, call = ref Unsafe.Add<Action<T>>(ref call, 4)!)
        {
            if (index + 3 >= calls.Length || _isRetired)
            {
                return index;
            }

            call(@event);
            if (_isRetired)
            {
                return index + 1;
            }

            Unsafe.Add(ref call, 1)(@event);
            if (_isRetired)
            {
                return index + 2;
            }

            Unsafe.Add(ref call, 2)(@event);
            if (_isRetired)
            {
                return index + 3;
            }

            Unsafe.Add(ref call, 3)(@event);
        }
    }

    /// <summary>Calls every receiver and throws afterwards what they threw.</summary>
    public void SendAll(T @event, object owner)
    {
        var calls = Calls(owner);
        var failures = default(Failures);
        for (var index = 0; index < calls.Length; index++)
        {
            if (!_isRetired || _turns[index].IsConnected)
            {
                try
                {
                    calls[index](@event);
                }
                catch (Exception exception)
                {
                    failures.Add(exception);
                }
            }
        }

        failures.ThrowIfAny(owner);
    }

    /// <summary>Throws where a receiver is asynchronous.</summary>
    public void RequireSynchronous(object owner)
    {
        if (!_isSynchronous)
        {
            throw AsynchronousReceiver(owner);
        }
    }

    private ReadOnlySpan<Action<T>> Calls(object owner)
        => _isSynchronous ? new(_calls!, 0, _count) : throw AsynchronousReceiver(owner);

    private AldisException AsynchronousReceiver(object owner)
    {
        var receiver = _turns[Array.IndexOf(_calls, null)].First.Receiver?.Given?.Method;
        var name = receiver is null ? "one of them" : $"{receiver.DeclaringType}.{receiver.Name}";
        return new AldisException(new Fault(ErrorCodes.AsynchronousReceiver,
            $"{owner} was asked to call its receivers without waiting, and {name} is asynchronous.",
            "Nobody would await it or see its error, so no receiver was called."));
    }
}
