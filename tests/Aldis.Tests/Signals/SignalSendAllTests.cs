namespace Aldis.Tests.Signals;

public sealed class SignalSendAllTests
{
    private readonly Signal<Ping> _signal = new();
    private readonly List<int> _calls = [];

    [Fact]
    public void One_of_ten_receivers_throws_and_nine_run_in_order()
    {
        Connect(failing: 3);

        var error = Assert.Throws<AggregateException>(() => _signal.SendAll(new Ping()));

        Assert.Equal("3", Assert.Single(error.InnerExceptions).Message);
        Assert.Equal([0, 1, 2, 4, 5, 6, 7, 8, 9], _calls);
        Assert.Contains("anonymous signal of", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_error_is_reported_in_the_order_of_the_receivers()
    {
        Connect(failing: [8, 1, 4]);

        var error = Assert.Throws<AggregateException>(() => _signal.SendAll(this, new Ping()));

        Assert.Equal(["1", "4", "8"], error.InnerExceptions.Select(inner => inner.Message));
        Assert.Equal([0, 2, 3, 5, 6, 7, 9], _calls);
    }

    [Fact]
    public async Task Asynchronous_receivers_all_run_and_their_errors_come_together()
    {
        Connect(failing: 2);
        _signal.Connect(async _ =>
        {
            await Task.Yield();
            throw new InvalidOperationException("async");
        });
        _signal.Connect(async _ =>
        {
            await Task.Yield();
            _calls.Add(100);
        });

        var error = await Assert.ThrowsAsync<AggregateException>(
            async () => await _signal.SendAllAsync(new Ping(), TestContext.Current.CancellationToken));

        Assert.Equal(["2", "async"], error.InnerExceptions.Select(inner => inner.Message));
        Assert.Equal([0, 1, 3, 4, 5, 6, 7, 8, 9, 100], _calls);
    }

    [Fact]
    public void Without_an_error_nothing_is_thrown()
    {
        Connect();

        _signal.SendAll(this, new Ping());

        Assert.Equal(10, _calls.Count);
    }

    [Fact]
    public void Asynchronous_receivers_are_refused_before_anybody_is_called()
    {
        Connect();
        _signal.Connect(async _ => await Task.Yield());

        Assert.Equal("ALD1502", Assert.Throws<AldisException>(() => _signal.SendAll(new Ping())).Code);
        Assert.Empty(_calls);
    }

    [Fact]
    public void Who_is_disconnected_before_its_turn_is_skipped()
    {
        _signal.Connect(_ => _signal.Disconnect(Late));
        _signal.Connect(Late);

        _signal.SendAll(new Ping());

        Assert.Empty(_calls);
    }

    private void Late(Ping ping) => _calls.Add(-1);

    private void Connect(params int[] failing)
    {
        foreach (var number in Enumerable.Range(0, 10))
        {
            _signal.Connect(_ =>
            {
                if (failing.Contains(number))
                {
                    throw new InvalidOperationException($"{number}");
                }

                _calls.Add(number);
            });
        }
    }
}
