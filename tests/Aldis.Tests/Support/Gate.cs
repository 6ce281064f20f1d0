// The core has a gate of its own; a test means this one.
global using Gate = Aldis.Tests.Support.Gate;

namespace Aldis.Tests.Support;

/// <summary>Holds handlers until it is opened, and counts those that are inside.</summary>
internal sealed class Gate
{
    private readonly TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();

    public int Inside { get; private set; }

    public int MostInside { get; private set; }

    public int Passed { get; private set; }

    public void Open() => _open.TrySetResult();

    public async Task PassAsync(CancellationToken cancel = default)
    {
        lock (_lock)
        {
            Inside++;
            MostInside = Math.Max(MostInside, Inside);
        }

        try
        {
            await _open.Task.WaitAsync(cancel);
        }
        finally
        {
            lock (_lock)
            {
                Inside--;
            }
        }

        lock (_lock)
        {
            Passed++;
        }
    }
}
