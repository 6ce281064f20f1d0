namespace Aldis.Signals;

/// <summary>What carries a signal's events out of the process.</summary>
internal interface ICarrier<in T>
{
    /// <summary>Completes when the event is on its way for good.</summary>
    ValueTask CarryAsync(object? sender, T @event, CancellationToken cancel);
}
