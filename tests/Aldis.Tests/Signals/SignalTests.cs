namespace Aldis.Tests.Signals;

public sealed class SignalTests
{
    private readonly Signal<Ping> _signal = new();
    private readonly List<string> _calls = [];

    [Fact]
    public void Receivers_are_called_in_the_order_of_connection()
    {
        foreach (var number in Enumerable.Range(0, 10))
        {
            _signal.Connect(_ => _calls.Add($"{number}"));
        }

        _signal.Send(new Ping());

        Assert.Equal(Enumerable.Range(0, 10).Select(number => $"{number}"), _calls);
    }

    [Fact]
    public void The_same_receiver_twice_is_called_once_and_stays_for_the_other_holder()
    {
        var first = _signal.Connect(OnPing);
        var second = _signal.Connect(OnPing);

        _signal.Send(new Ping(1));
        first.Dispose();
        first.Dispose();
        _signal.Send(new Ping(2));
        second.Dispose();
        _signal.Send(new Ping(3));

        Assert.Equal(["ping 1", "ping 2"], _calls);
    }

    [Fact]
    public void A_connection_that_was_disconnected_does_not_undo_a_later_one()
    {
        var old = _signal.Connect(OnPing);
        _signal.Disconnect(OnPing);
        _signal.Connect(OnPing);

        old.Dispose();
        _signal.Send(new Ping(1));

        Assert.Equal(["ping 1"], _calls);
    }

    [Fact]
    public void Disconnecting_takes_the_receiver_from_everybody_and_twice_is_silent()
    {
        _signal.Connect(OnPing);
        _signal.Connect(OnPing);
        _signal.Connect(OnPing, this);
        _signal.Connect(OnPing, "shop");

        _signal.Disconnect(OnPing);
        _signal.Disconnect(OnPing);
        _signal.Send(this, new Ping());
        _signal.Send("shop", new Ping());

        Assert.Empty(_calls);
        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public async Task Asynchronous_receivers_are_disconnected_too()
    {
        Func<Ping, Task> task = _ => Task.CompletedTask;
        Func<Ping, ValueTask> valueTask = _ => default;
        Func<Ping, CancellationToken, ValueTask> cancellable = (_, _) => default;
        _signal.Connect(task);
        _signal.Connect(valueTask, 1);
        _signal.Connect(cancellable);

        await _signal.SendAsync(1, new Ping(), TestContext.Current.CancellationToken);
        _signal.Disconnect(task);
        _signal.Disconnect(valueTask, 1);
        _signal.Disconnect(cancellable);

        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public void Who_connects_during_a_send_is_not_called_by_it()
    {
        _signal.Connect(ping =>
        {
            _calls.Add("old");
            _signal.Connect(_ => _calls.Add("new"));
            _signal.Connect(_ => _calls.Add("new for sender"), this);
        });

        _signal.Send(this, new Ping());
        Assert.Equal(["old"], _calls);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(9)]
    public void Who_is_disconnected_before_its_turn_is_skipped_in_every_place(int count)
    {
        for (var place = 1; place < count; place++)
        {
            var signal = new Signal<Ping>();
            var called = new List<int>();
            var connections = new IDisposable[count];
            for (var number = 0; number < count; number++)
            {
                var own = number;
                connections[own] = signal.Connect(_ =>
                {
                    called.Add(own);
                    if (own == place - 1)
                    {
                        connections[place].Dispose();
                    }
                });
            }

            signal.Send(new Ping());

            Assert.Equal(Enumerable.Range(0, count).Where(number => number != place), called);
        }
    }

    [Fact]
    public void A_receiver_that_leaves_in_an_inner_send_is_skipped_by_the_outer_one()
    {
        IDisposable? last = null;
        _signal.Connect(ping =>
        {
            if (ping.Number == 0)
            {
                _signal.Connect(_ => { });
                _signal.Send(new Ping(1));
                last!.Dispose();
                _signal.Connect(_ => _calls.Add("late"));
            }
        });
        last = _signal.Connect(ping => _calls.Add($"last {ping.Number}"));

        _signal.Send(new Ping(0));

        Assert.Equal(["last 1"], _calls);
    }

    [Fact]
    public void A_receiver_may_dispose_its_own_connection()
    {
        IDisposable? once = null;
        once = _signal.Connect(_ =>
        {
            _calls.Add("once");
            once!.Dispose();
        });

        _signal.Send(new Ping());
        _signal.Send(new Ping());

        Assert.Equal(["once"], _calls);
    }

    [Fact]
    public void The_first_error_stops_a_send_and_propagates()
    {
        _signal.Connect(_ => _calls.Add("before"));
        _signal.Connect(_ => throw new InvalidOperationException("boom"));
        _signal.Connect(_ => _calls.Add("after"));

        Assert.Throws<InvalidOperationException>(() => _signal.Send(new Ping()));
        Assert.Equal(["before"], _calls);
    }

    [Fact]
    public void A_null_receiver_is_refused()
    {
        Assert.Equal("receiver", Assert.Throws<ArgumentNullException>(() => _signal.Connect((Action<Ping>)null!)).ParamName);
        Assert.Equal("receiver", Assert.Throws<ArgumentNullException>(() => _signal.Disconnect((Action<Ping>)null!)).ParamName);
    }

    private void OnPing(Ping ping) => _calls.Add($"ping {ping.Number}");
}
