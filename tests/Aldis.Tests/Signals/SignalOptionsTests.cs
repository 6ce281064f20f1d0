namespace Aldis.Tests.Signals;

public sealed class SignalOptionsTests
{
    private readonly Signal<Ping> _signal = new();
    private readonly List<string> _calls = [];

    [Fact]
    public void Nullable_options_are_not_taken_for_a_sender()
    {
        ConnectOptions? options = new ConnectOptions { Once = true };

        var error = Assert.Throws<ArgumentException>(() => _signal.Connect(_ => { }, options));

        Assert.Contains("Give them as ConnectOptions", error.Message, StringComparison.Ordinal);
        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public void A_higher_priority_is_called_first_and_equals_in_order_of_connection()
    {
        Connect("a", 0);
        Connect("b", 10);
        Connect("c", -5);
        Connect("d", 10);
        Connect("e", 0);

        _signal.Send(new Ping());

        Assert.Equal(["b", "d", "a", "e", "c"], _calls);
    }

    [Fact]
    public void A_receiver_of_one_sender_takes_its_place_among_those_of_all()
    {
        Connect("all", 0);
        _signal.Connect(_ => _calls.Add("first of mine"), new ConnectOptions { Sender = this, Priority = 1 });
        _signal.Connect(_ => _calls.Add("last of mine"), new ConnectOptions { Sender = this });

        _signal.Send(this, new Ping());
        _signal.Send("another", new Ping());

        Assert.Equal(["first of mine", "all", "last of mine", "all"], _calls);
    }

    [Fact]
    public void A_receiver_that_is_connected_twice_has_the_better_place_while_that_lasts()
    {
        Action<Ping> twice = _ => _calls.Add("twice");
        _signal.Connect(twice);
        Connect("other", 5);
        using (_signal.Connect(twice, new ConnectOptions { Priority = 9 }))
        {
            _signal.Send(new Ping());
        }

        _signal.Send(new Ping());

        Assert.Equal(["twice", "other", "other", "twice"], _calls);
    }

    [Fact]
    public void A_receiver_that_is_connected_once_is_called_once()
    {
        _signal.Connect(ping => _calls.Add($"{ping.Number}"), new ConnectOptions { Once = true });

        _signal.Send(new Ping(1));
        Assert.False(_signal.HasReceivers);
        _signal.Send(new Ping(2));

        Assert.Equal(["1"], _calls);
    }

    [Fact]
    public void Once_has_ended_before_the_receiver_is_called()
    {
        _signal.Connect(
            ping =>
            {
                _calls.Add($"{ping.Number}");
                _signal.Send(new Ping(ping.Number + 1));
                throw new InvalidOperationException("boom");
            },
            new ConnectOptions { Once = true });

        Assert.Throws<InvalidOperationException>(() => _signal.Send(new Ping(1)));

        Assert.Equal(["1"], _calls);
        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public async Task Once_holds_for_asynchronous_receivers()
    {
        _signal.Connect(
            async ping =>
            {
                await Task.Yield();
                _calls.Add($"{ping.Number}");
            },
            new ConnectOptions { Once = true });

        await _signal.SendAsync(new Ping(1));
        await _signal.SendAsync(new Ping(2));

        Assert.Equal(["1"], _calls);
    }

    [Fact]
    public void Once_can_be_disposed_before()
    {
        _signal.Connect(_ => _calls.Add("called"), new ConnectOptions { Once = true }).Dispose();

        _signal.Send(new Ping());

        Assert.Empty(_calls);
    }

    [Fact]
    public void Once_beside_a_connection_that_stays_changes_nothing()
    {
        Action<Ping> receiver = ping => _calls.Add($"{ping.Number}");
        _signal.Connect(receiver);
        _signal.Connect(receiver, new ConnectOptions { Once = true });

        _signal.Send(new Ping(1));
        _signal.Send(new Ping(2));

        Assert.Equal(["1", "2"], _calls);
    }

    [Fact]
    public void Once_for_a_derived_type_waits_for_the_first_event_of_that_type()
    {
        _signal.Connect((LoudPing ping) => _calls.Add($"{ping.Number}"), new ConnectOptions { Once = true });

        _signal.Send(new Ping(1));
        _signal.Send(new LoudPing(2));
        _signal.Send(new LoudPing(3));

        Assert.Equal(["2"], _calls);
    }

    [Fact]
    public void Once_is_once_when_64_threads_send()
    {
        for (var round = 0; round < 50; round++)
        {
            var calls = 0;
            _signal.Connect(_ => Interlocked.Increment(ref calls), new ConnectOptions { Once = true });

            Threads.Run(64, _ => _signal.Send(new Ping()));

            Assert.Equal(1, calls);
        }
    }

    [Fact]
    public void A_receiver_for_a_derived_type_gets_only_events_of_that_type()
    {
        using var connection = _signal.Connect<LoudPing>(Say);
        using var lambda = _signal.Connect((LoudPing ping) => _calls.Add($"lambda {ping.Number}"));

        _signal.Send(new Ping(1));
        _signal.Send(new LoudPing(2));

        Assert.Equal(["method 2", "lambda 2"], _calls);
    }

    [Fact]
    public void A_receiver_for_a_base_type_can_be_connected_to_signals_of_derived_types()
    {
        var loud = new Signal<LoudPing>();
        Action<object> anything = @event => _calls.Add(@event.GetType().Name);

        loud.Connect(Say);
        loud.Connect(anything);
        _signal.Connect(anything);
        loud.Send(new LoudPing(1));
        _signal.Send(new Ping(2));

        Assert.Equal(["method 1", "LoudPing", "Ping"], _calls);
    }

    [Fact]
    public void The_options_name_a_sender_and_may_name_null()
    {
        Assert.False(default(ConnectOptions).HasSender);
        _signal.Connect(_ => _calls.Add("null's"), new ConnectOptions { Sender = null });

        _signal.Send(this, new Ping());
        _signal.Send(new Ping());

        Assert.Equal(["null's"], _calls);
    }

    [Fact]
    public void The_receivers_for_a_sender_can_be_seen_in_order()
    {
        Action<Ping> all = _ => { };
        Action<Ping> mine = Say;
        _signal.Connect(all);
        _signal.Connect(mine, new ConnectOptions { Sender = this, Priority = 1 });

        Assert.Equal([mine, all], _signal.ReceiversFor(this));
        Assert.Equal([all], _signal.ReceiversFor("another"));
    }

    [Fact]
    public void A_scoped_connection_ends_with_its_scope_even_after_an_error()
    {
        Assert.Throws<InvalidOperationException>(() =>
        {
            using (_signal.ConnectedTo(_ => throw new InvalidOperationException("boom"), this))
            {
                _signal.Send(this, new Ping());
            }
        });
        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public void Value_senders_match_by_value()
    {
        _signal.Connect(_ => _calls.Add("shop 1"), new Shop(1));

        _signal.Send(new Shop(1), new Ping());
        _signal.Send(new Shop(2), new Ping());
        _signal.Send(new Branch(1), new Ping());

        Assert.Equal(["shop 1"], _calls);
    }

    [Fact]
    public void A_signal_can_carry_a_description()
    {
        var signal = new SignalSpace().Get<Ping>("ping", "Somebody wants to know whether we are there.");

        Assert.Equal("Somebody wants to know whether we are there.", signal.Description);
        Assert.Equal("quiet", new Signal<Ping> { Description = "quiet" }.Description);
        Assert.Null(_signal.Description);
    }

    private void Connect(string name, int priority)
        => _signal.Connect(_ => _calls.Add(name), new ConnectOptions { Priority = priority });

    private void Say(Ping ping) => _calls.Add($"method {ping.Number}");

    private sealed record Shop(int Number) : IValueSender;

    private sealed record Branch(int Number) : IValueSender;
}
