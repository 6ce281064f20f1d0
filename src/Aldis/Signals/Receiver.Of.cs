using System.Runtime.CompilerServices;

namespace Aldis.Signals;

/// <summary>The shapes of delegates that may be given.</summary>
internal sealed partial class Receiver<T>
{
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

    /// <summary>An asynchronous receiver whose result nobody wants. Without it, such a lambda would be taken for a synchronous one.</summary>
    public static Receiver<T> Of<TResult>(Func<T, ValueTask<TResult>> call, [CallerArgumentExpression(nameof(call))] string? name = null)
    {
        ArgumentNullException.ThrowIfNull(call, name);
        return new Receiver<T>(call) { CallAsync = (@event, _) => Discard(call(@event)) };
    }

    /// <summary>A receiver that is known by one delegate and called by another, which looks by itself whether it wants an event.</summary>
    public static Receiver<T> Of(Delegate given, Action<T> call, Func<T, bool> wants) => new(given) { Call = call, Wants = wants };

    /// <inheritdoc cref="Of(Delegate, Action{T}, Func{T, bool})"/>
    public static Receiver<T> Of(Delegate given, Func<T, CancellationToken, ValueTask> call, Func<T, bool> wants)
        => new(given) { CallAsync = call, Wants = wants };

    private static ValueTask Discard<TResult>(ValueTask<TResult> pending)
    {
        if (!pending.IsCompletedSuccessfully)
        {
            return DiscardAsync(pending);
        }

        _ = pending.GetAwaiter().GetResult();
        return default;
    }

    private static async ValueTask DiscardAsync<TResult>(ValueTask<TResult> pending) => await pending.ConfigureAwait(false);
}
