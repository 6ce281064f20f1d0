using System.Runtime.CompilerServices;

namespace Aldis.Signals;

/// <summary>What is called: one delegate, synchronous or asynchronous. Never changes.</summary>
internal sealed class Receiver<T>
{
    private Receiver(Delegate given) => Given = given;

    /// <summary>The delegate as it was given; two receivers are one when their delegates are equal (same method, same target).</summary>
    public Delegate Given { get; }

    /// <summary>The synchronous form, or null for an asynchronous receiver.</summary>
    public Action<T>? Call { get; private init; }

    /// <summary>The asynchronous form, or null for a synchronous receiver.</summary>
    public Func<T, CancellationToken, ValueTask>? CallAsync { get; private init; }

    /// <summary>Who is told of the end, if anybody.</summary>
    public IObserver<T>? Observer { get; private init; }

    public static Receiver<T> Of(Action<T> call, [CallerArgumentExpression(nameof(call))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(call, name);
        return new Receiver<T>(call) { Call = call };
    }

    public static Receiver<T> Of(Func<T, Nothing> call, [CallerArgumentExpression(nameof(call))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(call, name);
        return new Receiver<T>(call) { Call = @event => call(@event) };
    }

    public static Receiver<T> Of(Func<T, Task> call, [CallerArgumentExpression(nameof(call))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(call, name);
        return new Receiver<T>(call) { CallAsync = (@event, _) => new ValueTask(call(@event)) };
    }

    public static Receiver<T> Of(Func<T, ValueTask> call, [CallerArgumentExpression(nameof(call))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(call, name);
        return new Receiver<T>(call) { CallAsync = (@event, _) => call(@event) };
    }

    public static Receiver<T> Of(
        Func<T, CancellationToken, ValueTask> call, [CallerArgumentExpression(nameof(call))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(call, name);
        return new Receiver<T>(call) { CallAsync = call };
    }

    public static Receiver<T> Of(Action call, [CallerArgumentExpression(nameof(call))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(call, name);
        return new Receiver<T>(call) { Call = _ => call() };
    }

    public static Receiver<T> Of(Func<Nothing> call, [CallerArgumentExpression(nameof(call))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(call, name);
        return new Receiver<T>(call) { Call = _ => call() };
    }

    public static Receiver<T> Of(Func<Task> call, [CallerArgumentExpression(nameof(call))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(call, name);
        return new Receiver<T>(call) { CallAsync = (_, _) => new ValueTask(call()) };
    }

    public static Receiver<T> Of(Func<ValueTask> call, [CallerArgumentExpression(nameof(call))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(call, name);
        return new Receiver<T>(call) { CallAsync = (_, _) => call() };
    }

    public static Receiver<T> Of(IObserver<T> observer, [CallerArgumentExpression(nameof(observer))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(observer, name);
        Action<T> call = observer.OnNext;
        return new Receiver<T>(call) { Call = call, Observer = observer };
    }

    /// <summary>This receiver in a list of a wider event type: called only for events of type T that pass the test.</summary>
    public Receiver<TBase> Within<TBase>(Func<T, bool>? when)
    {
        if (this is Receiver<TBase> same && when is null)
        {
            return same;
        }

        return Call is { } call ? Narrow<TBase>(call, when) : Narrow<TBase>(CallAsync!, when);
    }

    private Receiver<TBase> Narrow<TBase>(Action<T> call, Func<T, bool>? when) => new(Given)
    {
        Call = @event =>
        {
            if (Passes(@event, when, out var own))
            {
                call(own);
            }
        },
    };

    private Receiver<TBase> Narrow<TBase>(Func<T, CancellationToken, ValueTask> call, Func<T, bool>? when) => new(Given)
    {
        CallAsync = (@event, cancel) => Passes(@event, when, out var own) ? call(own, cancel) : default,
    };

    private static bool Passes<TBase>(TBase @event, Func<T, bool>? when, out T own)
    {
        if (@event is T matching && (when is null || when(matching)))
        {
            own = matching;
            return true;
        }

        own = default!;
        return false;
    }
}
