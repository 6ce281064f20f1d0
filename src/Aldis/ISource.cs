using Aldis.Errors;

namespace Aldis;

/// <summary>
/// Turns something outside into events: rows of a database, files of a folder. It is started with its bus, once every group is being served, publishes on the
/// bus, and is disposed before the bus stops, so that it can publish to its end.
/// </summary>
public interface ISource : IAsyncDisposable
{
    /// <summary>What is wrong with it now, or null: told among <see cref="EventBus.Troubles"/>, and so by the health check. Safe for any thread.</summary>
    Fault? Trouble { get; }

    /// <summary>
    /// Begins to work in the background. That what it watches is away is no reason to fail: it says so as its <see cref="Trouble"/> and goes on trying. What only
    /// the user can mend is one, and the bus does not start.
    /// </summary>
    /// <param name="bus">Where to publish, until it is disposed. A publish that fails is the source's to repeat, with the same id.</param>
    /// <param name="cancel">Ends the start.</param>
    /// <exception cref="AldisException">It cannot work as it was told to.</exception>
    ValueTask StartAsync(IEventBus bus, CancellationToken cancel);
}
