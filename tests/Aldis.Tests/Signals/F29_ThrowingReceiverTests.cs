namespace Aldis.Tests.Signals;

[Trait("Failure", "F29")]
public sealed class F29_ThrowingReceiverTests
{
    private readonly Signal<List<int>> _signal = new();

    [Fact]
    public async Task When_one_of_ten_receivers_throws_nine_run_in_order_and_the_error_is_reported()
    {
        var rounds = Figures.Size(everyday: 10, full: 10_000);
        var (run, reported, inOrder) = (0, 0, 0);
        for (var round = 0; round < rounds; round++)
        {
            var thrower = round % 10;
            using var _ = new Connections(_signal, thrower, isAsynchronous: round % 2 == 1);
            var called = new List<int>();

            var error = await Assert.ThrowsAsync<AggregateException>(async () => await SendAllAsync(called, round));

            run += called.Count;
            reported += error.InnerExceptions.Count(inner => inner is InvalidOperationException { Message: var said } && said == $"{thrower}");
            inOrder += called.SequenceEqual(Enumerable.Range(0, 10).Where(place => place != thrower)) ? 1 : 0;
        }

        Figures.Print("F29", $"sends {rounds}, run {run} of {9 * rounds}, errors reported {reported} of {rounds}, in order {inOrder} of {rounds}");
        Assert.Equal((9 * rounds, rounds, rounds), (run, reported, inOrder));
    }

    [Fact]
    public void When_several_throw_all_their_errors_come_in_the_order_of_the_receivers()
    {
        foreach (var place in Enumerable.Range(0, 10))
        {
            _signal.Connect(_ => throw new InvalidOperationException($"{place}"));
        }

        var error = Assert.Throws<AggregateException>(() => _signal.SendAll([]));

        Assert.Equal(Enumerable.Range(0, 10).Select(place => $"{place}"), error.InnerExceptions.Select(inner => inner.Message));
    }

    /// <summary>Each way to send to all, in turn.</summary>
    private ValueTask SendAllAsync(List<int> called, int round)
    {
        if (round % 2 == 0 && round % 4 == 0)
        {
            _signal.SendAll(called);
            return default;
        }

        return round % 3 == 0 ? _signal.SendParallelAsync(null, called) : _signal.SendAllAsync(called);
    }

    private sealed class Connections : IDisposable
    {
        private readonly List<IDisposable> _connections = [];

        public Connections(Signal<List<int>> signal, int thrower, bool isAsynchronous)
        {
            foreach (var place in Enumerable.Range(0, 10))
            {
                void Receive(List<int> called)
                {
                    if (place == thrower)
                    {
                        throw new InvalidOperationException($"{place}");
                    }

                    called.Add(place);
                }

                _connections.Add(isAsynchronous
                    ? signal.Connect((called, _) =>
                    {
                        Receive(called);
                        return default;
                    })
                    : signal.Connect(Receive));
            }
        }

        public void Dispose() => _connections.ForEach(connection => connection.Dispose());
    }
}
