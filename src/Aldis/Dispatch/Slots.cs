using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>How many more deliveries a pump may hold. Taken by its one receive loop, given back from any thread.</summary>
internal sealed class Slots(int count)
{
    private readonly Pulse _freed = new();
    private int _free = count;

    /// <summary>Waits until that many are free, and takes all that are.</summary>
    public async ValueTask<int> TakeAsync(int atLeast, CancellationToken cancel)
    {
        while (true)
        {
            var freed = _freed.Next;
            if (Volatile.Read(ref _free) >= atLeast)
            {
                return Interlocked.Exchange(ref _free, 0);
            }

            await freed.WaitAsync(cancel).ConfigureAwait(false);
        }
    }

    public void Return(int number)
    {
        if (number > 0)
        {
            Interlocked.Add(ref _free, number);
            _freed.Beat();
        }
    }
}
