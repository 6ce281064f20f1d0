namespace Aldis.Tests.Signals;

public sealed class SignalSenderTests
{
    private readonly Signal<Ping> _signal = new();
    private readonly List<string> _calls = [];

    private enum Light
    {
        Red,
        Green,
    }

    [Fact]
    public void A_receiver_for_one_sender_hears_that_sender_only()
    {
        var other = new object();
        _signal.Connect(OnPing, this);

        _signal.Send(this, new Ping(1));
        _signal.Send(other, new Ping(2));
        _signal.Send(new Ping(3));

        Assert.Equal(["ping 1"], _calls);
    }

    [Fact]
    public void A_receiver_may_have_many_senders_and_lose_one()
    {
        _signal.Connect(OnPing, "a");
        _signal.Connect(OnPing, "b");

        _signal.Send("a", new Ping(1));
        _signal.Send("b", new Ping(2));
        _signal.Disconnect(OnPing, "a");
        _signal.Disconnect(OnPing, "a");
        _signal.Send("a", new Ping(3));
        _signal.Send("b", new Ping(4));

        Assert.Equal(["ping 1", "ping 2", "ping 4"], _calls);
    }

    [Fact]
    public void Null_is_a_sender_like_another()
    {
        _signal.Connect(OnPing, sender: null);

        _signal.Send(null, new Ping(1));
        _signal.Send(new Ping(2));
        _signal.Send("x", new Ping(3));

        Assert.Equal(["ping 1", "ping 2"], _calls);
        Assert.True(_signal.HasReceiversFor(null));
        Assert.False(_signal.HasReceiversFor("x"));
    }

    [Fact]
    public void Values_match_by_value_and_references_by_reference()
    {
        Assert.True(Matches(7, 7));
        Assert.True(Matches(Light.Red, Light.Red));
        Assert.False(Matches(Light.Red, Light.Green));
        Assert.False(Matches(Light.Red, 0));
        Assert.True(Matches("shop", new string("shop".AsSpan())));
        Assert.False(Matches("shop", "Shop"));
        Assert.True(Matches(EventId.FromBytes(new byte[16]), EventId.FromBytes(new byte[16])));
        Assert.False(Matches(new Ping(1), new Ping(1)));
        Assert.False(Matches(7, 7L));
    }

    [Fact]
    public void A_receiver_for_any_sender_and_for_this_one_is_called_once()
    {
        _signal.Connect(OnPing);
        _signal.Connect(OnPing, this);

        _signal.Send(this, new Ping(1));
        _signal.Send("other", new Ping(2));

        Assert.Equal(["ping 1", "ping 2"], _calls);
    }

    [Fact]
    public void Both_pairs_of_a_receiver_are_undone_apart()
    {
        var any = _signal.Connect(OnPing);
        var own = _signal.Connect(OnPing, this);

        any.Dispose();
        _signal.Send(this, new Ping(1));
        _signal.Send("other", new Ping(2));
        any = _signal.Connect(OnPing);
        own.Dispose();
        _signal.Send(this, new Ping(3));
        _signal.Send("other", new Ping(4));
        any.Dispose();
        _signal.Send(this, new Ping(5));

        Assert.Equal(["ping 1", "ping 3", "ping 4"], _calls);
    }

    [Fact]
    public void A_receiver_with_two_pairs_that_leaves_in_its_turn_is_not_called_again()
    {
        IDisposable? first = null;
        Action<Ping> receiver = ping =>
        {
            _calls.Add($"ping {ping.Number}");
            first!.Dispose();
        };
        first = _signal.Connect(receiver, this);
        _signal.Connect(_ => _calls.Add("between"));
        _signal.Connect(receiver);

        _signal.Send(this, new Ping(1));
        Assert.Equal(["ping 1", "between"], _calls);

        _signal.Send(this, new Ping(2));
        Assert.Equal(["ping 1", "between", "between", "ping 2"], _calls);
    }

    [Fact]
    public void Receivers_for_any_and_for_one_sender_keep_the_order_of_connection()
    {
        _signal.Connect(_ => _calls.Add("1 any"));
        var second = _signal.Connect(_ => _calls.Add("2 own"), this);
        _signal.Connect(_ => _calls.Add("3 any"));
        _signal.Connect(_ => _calls.Add("4 own"), this);
        _signal.Connect(_ => _calls.Add("5 other"), "other");
        _signal.Connect(_ => _calls.Add("6 any"));

        _signal.Send(this, new Ping());
        Assert.Equal(["1 any", "2 own", "3 any", "4 own", "6 any"], _calls);

        _calls.Clear();
        second.Dispose();
        _signal.Send(this, new Ping());
        _signal.Send("unknown", new Ping());
        Assert.Equal(["1 any", "3 any", "4 own", "6 any", "1 any", "3 any", "6 any"], _calls);
    }

    [Fact]
    public void A_receiver_of_one_sender_is_skipped_when_it_leaves_before_its_turn()
    {
        _signal.Connect(_ => _signal.Disconnect(OnPing));
        _signal.Connect(OnPing, this);

        _signal.Send(this, new Ping());

        Assert.Empty(_calls);
    }

    [Fact]
    public void It_knows_for_whom_it_has_receivers()
    {
        Assert.False(_signal.HasReceiversFor(this));
        var own = _signal.Connect(OnPing, this);
        Assert.True(_signal.HasReceivers);
        Assert.True(_signal.HasReceiversFor(this));
        Assert.False(_signal.HasReceiversFor("other"));
        var any = _signal.Connect(_ => { });
        own.Dispose();
        Assert.True(_signal.HasReceiversFor("other"));
        any.Dispose();
        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public void An_asynchronous_receiver_of_another_sender_does_not_hinder_a_send()
    {
        _signal.Connect(async _ => await Task.Yield(), "other");
        _signal.Connect(OnPing);

        _signal.Send(this, new Ping(1));

        Assert.Equal(["ping 1"], _calls);
        Assert.Throws<AldisException>(() => _signal.Send("other", new Ping(2)));
        Assert.Equal(["ping 1"], _calls);
    }

    private static bool Matches(object connected, object sending)
    {
        var signal = new Signal<Ping>();
        signal.Connect(_ => { }, connected);
        return signal.HasReceiversFor(sending);
    }

    private void OnPing(Ping ping) => _calls.Add($"ping {ping.Number}");
}
