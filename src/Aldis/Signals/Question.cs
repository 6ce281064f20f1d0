namespace Aldis.Signals;

/// <summary>What the receivers of a <see cref="Signal{T, TResult}"/> are called with: the event, and where the answers go.</summary>
internal readonly record struct Question<T, TResult>(T Event, Answers<TResult> Answers)
{
    /// <summary>The receiver that answers with a synchronous delegate.</summary>
    public static Receiver<Question<T, TResult>> To(Func<T, TResult> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return Receiver<Question<T, TResult>>.Of(receiver, question => question.Ask(receiver), IsOpen);
    }

    /// <summary>The receiver that answers with an asynchronous delegate.</summary>
    public static Receiver<Question<T, TResult>> To(Func<T, Task<TResult>> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return To(receiver, (@event, _) => new ValueTask<TResult>(receiver(@event)));
    }

    /// <summary>The receiver that answers with an asynchronous delegate.</summary>
    public static Receiver<Question<T, TResult>> To(Func<T, ValueTask<TResult>> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return To(receiver, (@event, _) => receiver(@event));
    }

    /// <summary>The receiver that answers with an asynchronous delegate.</summary>
    public static Receiver<Question<T, TResult>> To(Func<T, CancellationToken, ValueTask<TResult>> receiver)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        return To(receiver, receiver);
    }

    private static Receiver<Question<T, TResult>> To(Delegate given, Func<T, CancellationToken, ValueTask<TResult>> call)
        => Receiver<Question<T, TResult>>.Of(given, (question, cancel) => question.AskAsync(given, call, cancel), IsOpen);

    /// <summary>Whether a receiver is to be asked still: one that is connected once stays connected when it is not.</summary>
    private static bool IsOpen(Question<T, TResult> question) => question.Answers.IsOpen;

    private void Ask(Func<T, TResult> receiver)
    {
        if (Answers.IsOpen)
        {
            var slot = Answers.Reserve();
            Answers.Fill(slot, receiver, receiver(Event));
        }
    }

    private ValueTask AskAsync(Delegate given, Func<T, CancellationToken, ValueTask<TResult>> receiver, CancellationToken cancel)
    {
        if (!Answers.IsOpen)
        {
            return default;
        }

        var slot = Answers.Reserve();
        var pending = receiver(Event, cancel);
        if (!pending.IsCompletedSuccessfully)
        {
            return FillAsync(Answers, slot, given, pending);
        }

        Answers.Fill(slot, given, pending.Result);
        return default;
    }

    private static async ValueTask FillAsync(Answers<TResult> answers, int slot, Delegate given, ValueTask<TResult> pending)
        => answers.Fill(slot, given, await pending.ConfigureAwait(false));
}
