using Aldis.Transports;

namespace Aldis.Dispatch;

/// <summary>
/// Tells a test when something has moved in a bus, so that it can see whether anything still does. A bus in service has none, and counts nothing. Whoever looks at
/// several numbers one after the other has seen one moment if <see cref="Version"/> is the same before and after.
/// </summary>
internal sealed class Movement
{
    private readonly Pulse _moved = new();
    private long _version;

    /// <summary>Changes whenever something moves.</summary>
    public long Version => Volatile.Read(ref _version);

    /// <summary>Ends when something has moved.</summary>
    public Task Next => _moved.Next;

    /// <summary>Something has moved.</summary>
    public void Tell()
    {
        Interlocked.Increment(ref _version);
        _moved.Beat();
    }

    /// <summary>Some more are on their way.</summary>
    public void Began(ref int count, int howMany = 1)
    {
        Interlocked.Increment(ref _version);
        Interlocked.Add(ref count, howMany);
        _moved.Beat();
    }

    /// <summary>Some are on their way no longer. The version comes first: whoever sees the smaller number sees the new version.</summary>
    public void Ended(ref int count, int howMany)
    {
        Interlocked.Increment(ref _version);
        Interlocked.Add(ref count, -howMany);
        _moved.Beat();
    }
}
