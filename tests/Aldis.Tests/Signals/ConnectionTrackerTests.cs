using System.Runtime.CompilerServices;

namespace Aldis.Tests.Signals;

public sealed class ConnectionTrackerTests
{
    private readonly Signal<Tracked> _signal = new();

    [Fact]
    public void It_names_the_places_whose_connections_were_never_disposed()
    {
        using var tracker = ConnectionTracker.Start();
        for (var number = 0; number < 3; number++)
        {
            Leak(number);
        }

        using (_signal.Connect(_ => { }))
        {
            Assert.Equal(4, Mine(tracker).Sum(open => open.Count));
        }

        var leak = Assert.Single(Mine(tracker));
        Assert.Equal(3, leak.Count);
        Assert.Contains(nameof(Leak), leak.Place, StringComparison.Ordinal);
        Assert.Contains("ConnectionTrackerTests.cs:line ", leak.Place, StringComparison.Ordinal);
        Assert.Contains($"3 × {_signal}, connected by {leak.Place}", tracker.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_end_counts()
    {
        using var tracker = ConnectionTracker.Start();
        var subject = new Subject<Tracked>();
        Action<Tracked> receiver = _ => { };

        _signal.Connect(receiver);
        _signal.Disconnect(receiver);
        _signal.Connect(receiver, new ConnectOptions { Once = true });
        _signal.Send(new Tracked());
        subject.Subscribe(receiver);
        subject.Complete();

        Assert.Empty(Mine(tracker));
    }

    [Fact]
    public void What_was_connected_before_or_after_is_no_concern_of_it()
    {
        Leak(0);
        var tracker = ConnectionTracker.Start();
        tracker.Dispose();
        Leak(1);

        Assert.Empty(Mine(tracker));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Leak(int number) => _signal.Connect(_ => Assert.NotEqual(-1, number));

    /// <summary>Other tests connect meanwhile.</summary>
    private static IEnumerable<OpenConnections> Mine(ConnectionTracker tracker)
        => tracker.Open.Where(open => open.Source.Contains(nameof(Tracked), StringComparison.Ordinal));

    private sealed record Tracked;
}
