using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>A receive that goes on when its caller is called away: what it brings waits here for the next call. Used by one caller at a time.</summary>
#pragma warning disable CA1001 // The source has no timer, and a receive that is on its way may still look at its token.
internal sealed class Intake(IReceiver receiver, int most)
#pragma warning restore CA1001
{
    private readonly Delivery[] _buffer = new Delivery[most];
    private CancellationTokenSource _cancel = new();
    private Task<int>? _receiving;
    private int _from;
    private int _end;

    /// <summary>How many deliveries are here.</summary>
    public int Count => _end - _from;

    /// <summary>Begins to receive, unless it has begun or something is here.</summary>
    /// <returns>Ends when there is something, or when it has failed; <see cref="EndAsync"/> tells.</returns>
    public Task Begin(int upTo)
        => Count > 0 ? Task.CompletedTask : _receiving ??= receiver.ReceiveAsync(_buffer.AsMemory(0, Math.Min(upTo, most)), _cancel.Token).AsTask();

    /// <summary>Stops receiving; what came before is here.</summary>
    public async ValueTask CancelAsync()
    {
        await _cancel.CancelAsync().ConfigureAwait(false);
        if (_receiving is not null)
        {
            await ((Task)_receiving).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _cancel.Dispose();
        _cancel = new CancellationTokenSource();
        if (_receiving is { IsCanceled: true })
        {
            _receiving = null;
        }

        await EndAsync().ConfigureAwait(false);
    }

    /// <summary>Takes what a receive has brought, if it has ended.</summary>
    /// <exception cref="TransportException">It has failed.</exception>
    public async ValueTask EndAsync()
    {
        if (_receiving is { IsCompleted: true } ended)
        {
            _receiving = null;
            (_from, _end) = (0, await ended.ConfigureAwait(false));
        }
    }

    /// <summary>What is here, without taking it.</summary>
    public IEnumerable<Delivery> Peek(int upTo) => _buffer.Skip(_from).Take(Math.Min(upTo, Count));

    public int Take(Span<Delivery> buffer)
    {
        var count = Math.Min(buffer.Length, Count);
        _buffer.AsSpan(_from, count).CopyTo(buffer);
        _buffer.AsSpan(_from, count).Clear();
        _from += count;
        return count;
    }
}
