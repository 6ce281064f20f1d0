using Aldis.Transports;

namespace Aldis.ZeroMq;

/// <summary>
/// Takes from a receiver of the ledger as much as there is credit for, and gives it on. Credit is a limit on how many were ever taken, so that no two of them can be mistaken for each other.
/// Disposing returns what is unsettled to the ledger.
/// </summary>
internal sealed class Tap : IAsyncDisposable
{
    private static readonly TimeSpan _pause = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly CancellationTokenSource _ending = new();
    private readonly Delivery[] _buffer = new Delivery[512];
    private readonly IReceiver _ledger;
    private readonly Action<ReadOnlySpan<Delivery>> _give;
    private readonly Action<Exception> _failed;
    private readonly Task _running;
    private CancellationTokenSource _taking = new();
    private TaskCompletionSource? _waiting;
    private TaskCompletionSource? _passed;
    private bool _isTaking;
    private bool _isHeld;
    private long _taken;
    private long _limit;
    private int _room;
    private int _disposed;

    /// <summary>Begins; there is no credit yet.</summary>
    /// <param name="ledger">The receiver; disposed of with the tap.</param>
    /// <param name="give">Gets what was taken, in order.</param>
    /// <param name="failed">Told when the ledger does not work; it is tried again after a second.</param>
    public Tap(IReceiver ledger, Action<ReadOnlySpan<Delivery>> give, Action<Exception> failed)
    {
        (_ledger, _give, _failed) = (ledger, give, failed);
        _running = RunAsync();
    }

    /// <summary>Says how many may ever be taken. Less than before takes credit back; what is taken already stays so.</summary>
    public void Allow(long limit)
    {
        TaskCompletionSource? wake = null;
        CancellationTokenSource? stop = null;
        lock (_gate)
        {
            _limit = limit;
            if (limit > _taken)
            {
                (wake, _waiting) = (_waiting, null);
            }

            stop = _room > 0 && limit < _taken + _room ? _taking : null;
        }

        wake?.TrySetResult();
        stop?.Cancel();
    }

    /// <summary>Takes nothing more until <see cref="Release"/>, and waits until what a receive brings that is under way has been given on. It is cancelled, so that it does not wait for anything.</summary>
    public Task HoldAsync()
    {
        CancellationTokenSource taking;
        Task passed;
        lock (_gate)
        {
            _isHeld = true;
            if (!_isTaking)
            {
                return Task.CompletedTask;
            }

            taking = _taking;
            passed = (_passed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
        }

        taking.Cancel();
        return passed;
    }

    /// <summary>Goes on after <see cref="HoldAsync"/>.</summary>
    public void Release()
    {
        TaskCompletionSource? wake;
        lock (_gate)
        {
            _isHeld = false;
            (wake, _waiting) = (_waiting, null);
        }

        wake?.TrySetResult();
    }

    public ValueTask<IReadOnlyList<Settlement>> SettleAsync(ReadOnlyMemory<Settlement> batch, CancellationToken cancel) => _ledger.SettleAsync(batch, cancel);

    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) != 0)
        {
            return;
        }

        await _ending.CancelAsync().ConfigureAwait(false);
        Allow(0);
        lock (_gate)
        {
            _waiting?.TrySetResult();
        }

        await _ledger.DisposeAsync().ConfigureAwait(false);
        await _running.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        await Task.Yield();
        while (!_ending.IsCancellationRequested)
        {
            var (room, wait, token) = Next();
            if (wait is not null)
            {
                await wait.ConfigureAwait(false);
                continue;
            }

            try
            {
                var count = await _ledger.ReceiveAsync(_buffer.AsMemory(0, room), token).ConfigureAwait(false);
                Took(count);
                _give(_buffer.AsSpan(0, count));
            }
            catch (OperationCanceledException)
            {
                Took(0);
            }
            catch (Exception error) when (error is TransportException or AldisException)
            {
                Took(0);
                _failed(error);
                Pass();
                await Task.Delay(_pause, TimeProvider.System, _ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            finally
            {
                Pass();
            }
        }
    }

    private (int Room, Task? Wait, CancellationToken Token) Next()
    {
        lock (_gate)
        {
            _room = _isHeld ? 0 : (int)Math.Clamp(_limit - _taken, 0, _buffer.Length);
            if (_room == 0)
            {
                _waiting ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return (0, _ending.IsCancellationRequested ? Task.CompletedTask : _waiting.Task, default);
            }

            if (_taking.IsCancellationRequested)
            {
                _taking = new CancellationTokenSource();
            }

            _isTaking = true;
            return (_room, null, _taking.Token);
        }
    }

    private void Took(int count)
    {
        lock (_gate)
        {
            (_taken, _room) = (_taken + count, 0);
        }
    }

    private void Pass()
    {
        TaskCompletionSource? passed;
        lock (_gate)
        {
            (passed, _passed, _isTaking) = (_passed, null, false);
        }

        passed?.TrySetResult();
    }
}
