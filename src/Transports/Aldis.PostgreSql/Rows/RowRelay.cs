using Aldis.Errors;
using Microsoft.Extensions.Logging;

namespace Aldis.PostgreSql.Rows;

/// <summary>
/// A loop that takes committed changes from the database to the bus, for as long as it lives: what fails is tried again. Of several processes one works at a time. It lets go of a change
/// only when the bus has it, so after a crash the same change comes again, with the same id.
/// </summary>
internal abstract class RowRelay(RowsOptions options, TimeProvider time, ILogger log) : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private Task _running = Task.CompletedTask;
    private Fault? _trouble;

    /// <summary>What is wrong now, or null.</summary>
    public Fault? Trouble => Volatile.Read(ref _trouble);

    protected RowsOptions Options => options;

    protected TimeProvider Time => time;

    protected ILogger Log => log;

    public void Start(IEventBus bus) => _running = RunAsync(bus);

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _stop.Dispose();
    }

    /// <summary>Works until it fails.</summary>
    protected abstract Task WorkAsync(IEventBus bus, CancellationToken cancel);

    /// <summary>Whether an error says no more than that another process does the work.</summary>
    protected virtual bool IsElsewhere(Exception error) => false;

    /// <summary>Something succeeded: nothing is wrong any more.</summary>
    protected void Recovered()
    {
        if (Interlocked.Exchange(ref _trouble, null) is not null)
        {
            log.RelayRecovered();
        }
    }

    /// <summary>Something is wrong; it is logged where it was not known.</summary>
    protected void Failed(Fault fault, Exception? error)
    {
        if (Interlocked.Exchange(ref _trouble, fault)?.Code != fault.Code)
        {
            log.RelayFailed(options.RetryInterval, fault.What, error);
        }
    }

    /// <summary>Waits before the next try.</summary>
    protected Task PauseAsync(CancellationToken cancel) => Task.Delay(options.RetryInterval, time, cancel);

    private async Task RunAsync(IEventBus bus)
    {
        await Task.Yield();
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(bus, _stop.Token).ConfigureAwait(false);
            }
            catch (Exception error) when (!_stop.IsCancellationRequested)
            {
                if (!IsElsewhere(error))
                {
                    Failed(RelayFault.Of(error), error);
                }

                await PauseAsync(_stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
