namespace Aldis.Signals;

/// <summary>What carries a signal's events out of the process. Carriers come before all receivers and, unlike them, know the sender.</summary>
internal sealed partial class Receivers<T>
{
    // Replaced as a whole, never changed.
    private volatile Func<object?, Receiver<T>>[] _carriers = [];

    /// <summary>Adds a carrier: it makes the receiver that carries a sender's event.</summary>
    public void AddCarrier(Func<object?, Receiver<T>> carrier)
    {
        lock (_changing)
        {
            _carriers = [.. _carriers, carrier];
            AddException();
        }
    }

    public void RemoveCarrier(Func<object?, Receiver<T>> carrier)
    {
        lock (_changing)
        {
            _carriers = [.. _carriers.Where(other => other != carrier)];
            RemoveException();
        }
    }

    /// <summary>The round for a sender's events that were carried here, and are not to be carried on.</summary>
    public Round<T> ForArrivals(object? sender) => IsMuted ? Round<T>.Empty : Named(sender) ?? _any;

    private Round<T> ForExceptions(object? sender)
    {
        var round = ForArrivals(sender);
        return _carriers is { Length: > 0 } carriers && !IsMuted ? Carried(round, carriers, sender) : round;
    }

    private static Round<T> Carried(Round<T> round, Func<object?, Receiver<T>>[] carriers, object? sender)
        => round.Behind(Array.ConvertAll(carriers, carrier => carrier(sender)));
}
