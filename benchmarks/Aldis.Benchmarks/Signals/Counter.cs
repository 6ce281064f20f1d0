using CommunityToolkit.Mvvm.Messaging;

namespace Aldis.Benchmarks.Signals;

/// <summary>The receiver of every contestant: one object for each receiver, and the same tiny work in each of its methods.</summary>
internal sealed class Counter : IRecipient<Ping>
{
    private int _count;

    /// <summary>Eight different methods that do the same.</summary>
    public Action<Ping>[] Methods =>
    [
        _ => _count++, _ => _count++, _ => _count++, _ => _count++,
        _ => _count++, _ => _count++, _ => _count++, _ => _count++,
    ];

    public void Add(Ping ping) => _count++;

    public ValueTask AddAsync(Ping ping, CancellationToken cancel)
    {
        _count++;
        return default;
    }

    void IRecipient<Ping>.Receive(Ping message) => _count++;
}
