namespace Aldis.Signals;

/// <summary>What a subscriber gets who comes after the end: there is nothing to undo.</summary>
internal sealed class NoConnection : IDisposable
{
    private NoConnection()
    {
    }

    public static NoConnection Instance { get; } = new();

    public void Dispose()
    {
    }
}
