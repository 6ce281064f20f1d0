using Aldis.Signals;

namespace Aldis;

public sealed partial class Signal<T, TResult>
{
    /// <summary>Sends an event without a sender, which is to say with the sender null, and awaits the answers.</summary>
    /// <param name="event">What happened.</param>
    /// <param name="cancel">Handed to asynchronous receivers. Once it is cancelled, no further receiver is called.</param>
    /// <inheritdoc cref="SendAsync(object, T, CancellationToken)" path="/returns"/>
    public ValueTask<Answers<TResult>> SendAsync(T @event, CancellationToken cancel = default) => SendAsync(null, @event, cancel);

    /// <summary>
    /// Sends an event: asks, in the order of connection, every receiver that is connected for any sender or for this one, each
    /// once, synchronous and asynchronous ones together. The next is asked when the one before it has answered.
    /// </summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <param name="cancel">Handed to asynchronous receivers. Once it is cancelled, no further receiver is called.</param>
    /// <returns>The answers, in the order of the receivers; or the first error, after which no receiver is called.</returns>
    public async ValueTask<Answers<TResult>> SendAsync(object? sender, T @event, CancellationToken cancel = default)
    {
        var answers = new Answers<TResult>();
        await SendAsync(sender, @event, answers, cancel).ConfigureAwait(false);
        return answers;
    }

    /// <summary>Sends an event as <see cref="SendAsync(object, T, CancellationToken)"/> does; allocates nothing when all receivers complete at once.</summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <param name="answers">Takes the answers in place of what it held. After an error it holds those given before it.</param>
    /// <param name="cancel">Handed to asynchronous receivers. Once it is cancelled, no further receiver is called.</param>
    /// <returns>Completes with the last receiver, or with the first error, after which no receiver is called.</returns>
    public ValueTask SendAsync(object? sender, T @event, Answers<TResult> answers, CancellationToken cancel = default)
        => AskAsync(sender, @event, answers, until: null, cancel);

    /// <summary>Sends an event to all without a sender, which is to say with the sender null, and awaits the answers.</summary>
    /// <param name="event">What happened.</param>
    /// <param name="cancel">Handed to asynchronous receivers, which are called all the same when it is cancelled.</param>
    /// <inheritdoc cref="SendAllAsync(object, T, CancellationToken)" path="/returns"/>
    public ValueTask<Answers<TResult>> SendAllAsync(T @event, CancellationToken cancel = default) => SendAllAsync(null, @event, cancel);

    /// <summary>
    /// Sends an event as <see cref="SendAsync(object, T, CancellationToken)"/> does, and asks every receiver even when some fail.
    /// </summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <param name="cancel">Handed to asynchronous receivers, which are called all the same when it is cancelled.</param>
    /// <returns>
    /// The answers, in the order of the receivers. When some failed, the error is an <see cref="AggregateException"/> with every error, in that
    /// order; to have the answers of the others all the same, bring your own <see cref="Answers{TResult}"/>.
    /// </returns>
    public async ValueTask<Answers<TResult>> SendAllAsync(object? sender, T @event, CancellationToken cancel = default)
    {
        var answers = new Answers<TResult>();
        await SendAllAsync(sender, @event, answers, cancel).ConfigureAwait(false);
        return answers;
    }

    /// <summary>Sends an event as <see cref="SendAllAsync(object, T, CancellationToken)"/> does; allocates nothing when all receivers complete at once.</summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <param name="answers">Takes the answers in place of what it held, also when some receivers fail.</param>
    /// <param name="cancel">Handed to asynchronous receivers, which are called all the same when it is cancelled.</param>
    /// <returns>Completes with the last receiver; an <see cref="AggregateException"/> when some failed.</returns>
    public ValueTask SendAllAsync(object? sender, T @event, Answers<TResult> answers, CancellationToken cancel = default)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return Ending(_receivers.For(sender).SendAllAsync(new Question<T, TResult>(@event, answers.Begin()), this, cancel), answers);
    }

    /// <summary>
    /// Sends an event and asks every receiver without waiting for the one before: asynchronous receivers run at the same time.
    /// </summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <param name="cancel">Handed to asynchronous receivers, which are called all the same when it is cancelled.</param>
    /// <inheritdoc cref="SendAllAsync(object, T, CancellationToken)" path="/returns"/>
    public async ValueTask<Answers<TResult>> SendParallelAsync(object? sender, T @event, CancellationToken cancel = default)
    {
        var answers = new Answers<TResult>();
        var question = new Question<T, TResult>(@event, answers.Begin());
        await Ending(_receivers.For(sender).SendParallelAsync(question, this, cancel), answers).ConfigureAwait(false);
        return answers;
    }

    /// <summary>Asks one receiver after another until one gives an answer of a certain kind.</summary>
    internal ValueTask AskAsync(object? sender, T @event, Answers<TResult> answers, Func<TResult, bool>? until, CancellationToken cancel)
    {
        ArgumentNullException.ThrowIfNull(answers);
        return Ending(_receivers.For(sender).SendAsync(new Question<T, TResult>(@event, answers.Begin(until)), cancel), answers);
    }

    private static ValueTask Ending(ValueTask sending, Answers<TResult> answers)
    {
        if (!sending.IsCompletedSuccessfully)
        {
            return EndingAsync(sending, answers);
        }

        sending.GetAwaiter().GetResult();
        answers.End();
        return default;
    }

    private static async ValueTask EndingAsync(ValueTask sending, Answers<TResult> answers)
    {
        try
        {
            await sending.ConfigureAwait(false);
        }
        finally
        {
            answers.End();
        }
    }
}
