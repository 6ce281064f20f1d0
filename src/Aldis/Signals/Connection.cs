namespace Aldis.Signals;

/// <summary>What a caller holds of a link, to be disposed. Each call of Connect has its own.</summary>
internal sealed class Connection<T>(Receivers<T> receivers, Link<T> link) : IDisposable
{
    private Link<T>? _link = link;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _link, null) is { } link)
        {
            receivers.Release(link);
        }
    }
}
