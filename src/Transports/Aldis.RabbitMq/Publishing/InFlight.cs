using Aldis.Events;
using Aldis.Transports;

namespace Aldis.RabbitMq;

/// <summary>What is published on a channel and not confirmed, by its number, in a ring: bounded, and nothing is allocated for a publish. Guarded by its lock.</summary>
internal sealed class InFlight
{
    private readonly Lock _gate = new();
    private readonly Pulse _room = new();
    private readonly Entry[] _ring;
    private readonly ulong _mask;
    private ulong _first = 1;
    private ulong _next = 1;
    private Exception? _lost;

    /// <param name="most">How many there may be at least; rounded up to a power of two.</param>
    public InFlight(int most)
    {
        _ring = new Entry[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)most)];
        _mask = (ulong)_ring.Length - 1;
    }

    /// <summary>Notes the next publish; the channel counts along.</summary>
    /// <returns>False where there is no room.</returns>
    public bool TryAdd(PublishBatch batch, Envelope envelope)
    {
        lock (_gate)
        {
            if (_lost is not null)
            {
                throw _lost;
            }

            if (_next - _first == (ulong)_ring.Length)
            {
                return false;
            }

            _ring[_next++ & _mask] = new Entry(batch, envelope, false);
            return true;
        }
    }

    /// <summary>Adds when there is room.</summary>
    public async ValueTask AddAsync(PublishBatch batch, Envelope envelope, CancellationToken cancel)
    {
        while (true)
        {
            var room = _room.Next;
            if (TryAdd(batch, envelope))
            {
                return;
            }

            await room.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    /// <summary>The broker has said that it has one, or all up to it, or that it has not.</summary>
    public void Answer(ulong number, bool multiple, bool isStored)
    {
        lock (_gate)
        {
            if (number >= _next)
            {
                return;
            }

            for (var one = multiple ? _first : Math.Max(number, _first); one <= number; one++)
            {
                Answer(ref _ring[one & _mask], isStored);
            }

            while (_first < _next && _ring[_first & _mask].Batch is null)
            {
                _first++;
            }
        }

        _room.Beat();
    }

    /// <summary>The broker has sent an event back, and will confirm it all the same: it has done with it.</summary>
    public void Returned(string? id)
    {
        lock (_gate)
        {
            for (var one = _first; one < _next; one++)
            {
                ref var entry = ref _ring[one & _mask];
                if (entry is { Batch: not null, IsReturned: false } && entry.Envelope!.Id.ToString() == id)
                {
                    entry = entry with { IsReturned = true };
                    return;
                }
            }
        }
    }

    /// <summary>The channel is gone: nothing more is answered.</summary>
    public void Lose(Exception error)
    {
        lock (_gate)
        {
            _lost ??= error;
            for (; _first < _next; _first++)
            {
                _ring[_first & _mask].Batch?.Fail(error);
                _ring[_first & _mask] = default;
            }
        }

        _room.Beat();
    }

    private static void Answer(ref Entry entry, bool isStored)
    {
        switch (entry)
        {
            case { Batch: null }:
                return;
            case { IsReturned: true }:
                entry.Batch.Unroutable(entry.Envelope!);
                break;
            case var _ when isStored:
                entry.Batch.Stored();
                break;
            default:
                entry.Batch.Refused(entry.Envelope!);
                break;
        }

        entry = default;
    }

    private readonly record struct Entry(PublishBatch? Batch, Envelope? Envelope, bool IsReturned);
}
