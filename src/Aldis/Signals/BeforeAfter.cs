namespace Aldis;

/// <summary>
/// A pair of signals around something that happens, like the BEFORE and AFTER triggers of a database row: receivers of <see cref="Before"/> are asked first and
/// may stop it; receivers of <see cref="After"/> are told when it has happened, and only then.
/// </summary>
/// <remarks>
/// For one <c>Send</c> the three steps follow one another and never overlap; sends of several threads may. Safe for any thread. A send allocates
/// nothing, unless a receiver makes a <see cref="Veto"/>.
/// </remarks>
/// <typeparam name="T">What is to happen, and then has happened.</typeparam>
public sealed class BeforeAfter<T>
{
    [ThreadStatic]
    private static Answers<Veto?>? _spare;

    /// <summary>Makes a pair of anonymous signals.</summary>
    public BeforeAfter()
        : this(new Signal<T, Veto?>(), new Signal<T>())
    {
    }

    /// <summary>The pair of the signals <c>NAME.before</c> and <c>NAME.after</c>, which others can get by these names as well.</summary>
    /// <param name="name">The first part of both names.</param>
    /// <param name="space">The space of the names. Default: <see cref="SignalSpace.Default"/>.</param>
    /// <exception cref="AldisException">ALD1501: a name belongs to a signal of other types.</exception>
    public BeforeAfter(string name, SignalSpace? space = null)
        : this((space ?? SignalSpace.Default).Get<T, Veto?>(name + ".before"), (space ?? SignalSpace.Default).Get<T>(name + ".after"))
    {
    }

    private BeforeAfter(Signal<T, Veto?> before, Signal<T> after) => (Before, After) = (before, after);

    /// <summary>
    /// Asks whether it may happen: null is yes, a <see cref="Veto"/> is no. Receivers are asked in order up to the first veto. An exception stops it as well,
    /// and goes to the sender.
    /// </summary>
    public Signal<T, Veto?> Before { get; }

    /// <summary>Tells that it has happened.</summary>
    public Signal<T> After { get; }

    /// <summary>Asks, acts and tells, on this thread.</summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What is to happen.</param>
    /// <param name="act">Makes it happen. Default: nothing is left to do.</param>
    /// <returns>The veto that stopped it; null when it has happened.</returns>
    /// <exception cref="AldisException">ALD1502: a receiver is asynchronous; use <see cref="SendAsync"/>.</exception>
    /// <remarks>What a receiver or the act throws propagates, and ends it there.</remarks>
    public Veto? Send(object? sender, T @event, Action<T>? act = null)
    {
        var answers = Take();
        try
        {
            Before.Ask(sender, @event, answers, static veto => veto is not null);
            if (VetoIn(answers) is { } veto)
            {
                return veto;
            }
        }
        finally
        {
            Spare(answers);
        }

        act?.Invoke(@event);
        After.Send(sender, @event);
        return null;
    }

    /// <summary>Asks, acts and tells, one after another, and awaits each.</summary>
    /// <param name="sender">Who sends.</param>
    /// <param name="event">What is to happen.</param>
    /// <param name="act">Makes it happen. Default: nothing is left to do.</param>
    /// <param name="cancel">Handed to receivers and to the act. Once it is cancelled, no further one is called.</param>
    /// <returns>The veto that stopped it; null when it has happened.</returns>
    public async ValueTask<Veto?> SendAsync(
        object? sender, T @event, Func<T, CancellationToken, ValueTask>? act = null, CancellationToken cancel = default)
    {
        var answers = Take();
        await Before.AskAsync(sender, @event, answers, static veto => veto is not null, cancel).ConfigureAwait(false);
        var veto = VetoIn(answers);
        Spare(answers);
        if (veto is not null)
        {
            return veto;
        }

        cancel.ThrowIfCancellationRequested();
        if (act is not null)
        {
            await act(@event, cancel).ConfigureAwait(false);
        }

        await After.SendAsync(sender, @event, cancel).ConfigureAwait(false);
        return null;
    }

    /// <summary>For example <c>before and after Shop.UserUpdate</c>.</summary>
    public override string ToString() => $"before and after {typeof(T)}";

    /// <summary>The only one that can be a veto is the last: nobody is asked after it.</summary>
    private static Veto? VetoIn(Answers<Veto?> answers) => answers.Count == 0 ? null : answers[^1].Value;

    // Taken away while in use: a receiver may send on the same pair.
    private static Answers<Veto?> Take()
    {
        var answers = _spare ?? new Answers<Veto?>();
        _spare = null;
        return answers;
    }

    private static void Spare(Answers<Veto?> answers)
    {
        answers.Clear();
        _spare = answers;
    }
}
