using Aldis.Signals;

namespace Aldis;

public sealed partial class Signal<T, TResult>
{
    /// <summary>Sends an event without a sender, which is to say with the sender null.</summary>
    /// <param name="event">What happened.</param>
    /// <inheritdoc cref="Send(object, T)" path="/exception|/remarks|/returns"/>
    public Answers<TResult> Send(T @event) => Send(null, @event);

    /// <summary>
    /// Sends an event: asks, on this thread and in the order of connection, every receiver that is connected for any sender or
    /// for this one, each once.
    /// </summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <returns>The answers, in the order of the receivers.</returns>
    /// <exception cref="AldisException">
    /// ALD1502: one of those receivers is asynchronous. None of them was called; use <c>SendAsync</c>.
    /// </exception>
    /// <remarks>The first exception of a receiver propagates, and the receivers after it are not called.</remarks>
    public Answers<TResult> Send(object? sender, T @event)
    {
        var answers = new Answers<TResult>();
        Send(sender, @event, answers);
        return answers;
    }

    /// <summary>Sends an event as <see cref="Send(object, T)"/> does, and allocates nothing.</summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <param name="answers">Takes the answers in place of what it held. After an exception it holds those given before it.</param>
    /// <inheritdoc cref="Send(object, T)" path="/exception|/remarks"/>
    public void Send(object? sender, T @event, Answers<TResult> answers) => Ask(sender, @event, answers, until: null);

    /// <summary>Sends an event to all without a sender, which is to say with the sender null.</summary>
    /// <param name="event">What happened.</param>
    /// <inheritdoc cref="SendAll(object, T)" path="/exception|/returns"/>
    public Answers<TResult> SendAll(T @event) => SendAll(null, @event);

    /// <summary>Sends an event as <see cref="Send(object, T)"/> does, and asks every receiver even when some of them throw.</summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <returns>The answers, in the order of the receivers.</returns>
    /// <exception cref="AggregateException">
    /// At least one receiver threw: every error, in the order of the receivers. To have the answers of the others all the same, bring your own
    /// <see cref="Answers{TResult}"/>.
    /// </exception>
    /// <exception cref="AldisException">
    /// ALD1502: one of those receivers is asynchronous. None of them was called; use <c>SendAllAsync</c>.
    /// </exception>
    public Answers<TResult> SendAll(object? sender, T @event)
    {
        var answers = new Answers<TResult>();
        SendAll(sender, @event, answers);
        return answers;
    }

    /// <summary>Sends an event as <see cref="SendAll(object, T)"/> does, and allocates nothing.</summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What happened.</param>
    /// <param name="answers">Takes the answers in place of what it held, also when some receivers throw.</param>
    /// <inheritdoc cref="SendAll(object, T)" path="/exception"/>
    public void SendAll(object? sender, T @event, Answers<TResult> answers)
    {
        ArgumentNullException.ThrowIfNull(answers);
        try
        {
            _receivers.For(sender).SendAll(new Question<T, TResult>(@event, answers.Begin()), this);
        }
        finally
        {
            answers.End();
        }
    }

    /// <summary>Asks one receiver after another until one gives an answer of a certain kind.</summary>
    internal void Ask(object? sender, T @event, Answers<TResult> answers, Func<TResult, bool>? until)
    {
        ArgumentNullException.ThrowIfNull(answers);
        try
        {
            _receivers.For(sender).Send(new Question<T, TResult>(@event, answers.Begin(until)), this);
        }
        finally
        {
            answers.End();
        }
    }
}
