namespace Aldis.Signals;

/// <summary>What carries the events of a signal. It comes before all receivers and, unlike them, knows the sender.</summary>
internal sealed partial class Receivers<T>
{
    // Replaced as a whole, never changed.
    private volatile ICarrier<T>[] _carriers = [];

    /// <summary>Whether a send of this flow of execution is carried.</summary>
    public bool IsCarried => !IsPlain && _carriers.Length > 0 && !IsMuted;

    public void AddCarrier(ICarrier<T> carrier)
    {
        lock (_changing)
        {
            _carriers = [.. _carriers, carrier];
            AddException();
        }
    }

    public void RemoveCarrier(ICarrier<T> carrier)
    {
        lock (_changing)
        {
            _carriers = [.. _carriers.Where(other => other != carrier)];
            RemoveException();
        }
    }

    /// <summary>Completes when every carrier has the event; an error ends it.</summary>
    public async ValueTask CarryAsync(object? sender, T @event, CancellationToken cancel)
    {
        foreach (var carrier in _carriers)
        {
            await carrier.CarryAsync(sender, @event, cancel).ConfigureAwait(false);
        }
    }
}
