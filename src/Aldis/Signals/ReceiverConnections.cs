using System.ComponentModel;

namespace Aldis.Signals;

/// <summary>Several connections that end together. Made by generated code.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ReceiverConnections : IDisposable
{
    private readonly IDisposable[] _connections;

    private ReceiverConnections(IDisposable[] connections) => _connections = connections;

    /// <summary>Connects all, or none: when one of them cannot be connected, those before it are undone.</summary>
    /// <param name="space">Where the signals are.</param>
    /// <param name="connect">Each makes one connection.</param>
    public static IDisposable Connect(SignalSpace space, params ReadOnlySpan<Func<SignalSpace, IDisposable>> connect)
    {
        ArgumentNullException.ThrowIfNull(space);
        var made = new IDisposable[connect.Length];
        var count = 0;
        try
        {
            foreach (var one in connect)
            {
                made[count] = one(space);
                count++;
            }
        }
        catch
        {
            Undo(made.AsSpan(0, count));
            throw;
        }

        return new ReceiverConnections(made);
    }

    /// <summary>Undoes all of them; doing it again does nothing.</summary>
    public void Dispose() => Undo(_connections);

    private static void Undo(ReadOnlySpan<IDisposable> connections)
    {
        foreach (var connection in connections)
        {
            connection.Dispose();
        }
    }
}
