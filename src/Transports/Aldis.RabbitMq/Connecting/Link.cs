using System.Security.Cryptography;
using Aldis.Transports;
using Microsoft.Extensions.Logging;

namespace Aldis.RabbitMq;

/// <summary>
/// The way to the broker for one role: a connection that is made when it is first needed and made again when it was lost. Whoever needs it shares one
/// attempt; attempts after a failure are spread at random, so that the programs of a whole fleet do not come back in one moment. Safe for any thread.
/// </summary>
internal sealed class Link(Recipe recipe, string role, Func<Connected, CancellationToken, ValueTask> prepare, TransportContext context, ILogger log) : IAsyncDisposable
{
    private const int FirstPause = 100;
    private const int LongestPause = 1000;

    private readonly SemaphoreSlim _turn = new(1);
    private readonly CancellationTokenSource _disposing = new();
    private Connected? _current;
    private int _pause;
    private bool _wasLost;

    public BrokerAddress Address => recipe.Address;

    /// <summary>The connection that there is, or null.</summary>
    public Connected? Current => Volatile.Read(ref _current) is { IsOpen: true } open ? open : null;

    /// <summary>The connection, made where there is none: one attempt.</summary>
    /// <exception cref="TransportException">The broker cannot be reached, or refuses.</exception>
    public async ValueTask<Connected> GetAsync(CancellationToken cancel)
    {
        if (Current is { } open)
        {
            return open;
        }

        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, _disposing.Token);
        await _turn.WaitAsync(either.Token).ConfigureAwait(false);
        try
        {
            return Current ?? await ConnectAsync(either.Token).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The connection; where the broker is away, attempts are made until a limit.</summary>
    /// <exception cref="TransportException">It could not be reached within the limit.</exception>
    public async ValueTask<Connected> GetAsync(TimeSpan limit, CancellationToken cancel)
    {
        if (Current is { } open)
        {
            return open;
        }

        var start = context.Time.GetTimestamp();
        while (true)
        {
            try
            {
                return await GetAsync(cancel).ConfigureAwait(false);
            }
            catch (TransportException error) when (!BrokerFault.IsForUser(error) && context.Time.GetElapsedTime(start) < limit)
            {
                // Once more; the attempt itself has its pause.
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _disposing.CancelAsync().ConfigureAwait(false);
        await _turn.WaitAsync().ConfigureAwait(false);
        if (_current is not null)
        {
            await _current.DisposeAsync().ConfigureAwait(false);
        }
    }

    private async Task<Connected> ConnectAsync(CancellationToken cancel)
    {
        await PauseAsync(cancel).ConfigureAwait(false);
        try
        {
            var connected = new Connected(await recipe.ConnectAsync(role, cancel).ConfigureAwait(false), reason => log.Blocked(reason));
            try
            {
                await prepare(connected, cancel).ConfigureAwait(false);
            }
            catch
            {
                await connected.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            Adopt(connected);
            return connected;
        }
        catch (Exception error) when (error is not OperationCanceledException || !cancel.IsCancellationRequested)
        {
            _pause = Math.Clamp(_pause * 2, FirstPause, LongestPause);
            throw BrokerFault.Explain(error, Address);
        }
    }

    private void Adopt(Connected connected)
    {
        _pause = 0;
        if (_wasLost)
        {
            log.ConnectedAgain(role, Address);
        }

        _wasLost = false;
        Volatile.Write(ref _current, connected);
        connected.Lost.Register(() => Lost(connected));
    }

    private void Lost(Connected connected)
    {
        if (!_disposing.IsCancellationRequested && ReferenceEquals(Volatile.Read(ref _current), connected))
        {
            _wasLost = true;
            log.ConnectionLost(role, Address, connected.Reason);
        }
    }

    /// <summary>After a failure, between half of the pause and the whole.</summary>
    private Task PauseAsync(CancellationToken cancel) => _pause == 0
        ? Task.CompletedTask
        : Task.Delay(TimeSpan.FromMilliseconds(RandomNumberGenerator.GetInt32(_pause / 2, _pause + 1)), context.Time, cancel);
}
