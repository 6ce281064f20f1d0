namespace Aldis.Benchmarks.RabbitMq;

/// <summary>A way through the broker and back.</summary>
internal interface ILane : IAsyncDisposable
{
    /// <summary>How many events have been handled.</summary>
    int Handled { get; }

    /// <summary>Publishes an event; complete when the broker has confirmed it, where the library waits for that.</summary>
    Task PublishAsync(Measured measured);
}
