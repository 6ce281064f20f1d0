namespace Aldis.Tests.Signals;

/// <summary>Defects of blinker, the model of signals, that must not come back here. The letters are those of the design.</summary>
public sealed class BlinkerRegressionTests
{
    private readonly Signal<Ping> _signal = new();
    private int _calls;

    [Theory]
    [InlineData(0)]
    [InlineData(false)]
    [InlineData("")]
    [InlineData(null)]
    public void A_sender_that_looks_like_nothing_is_not_any_sender(object? nothing)
    {
        _signal.Connect(Count, nothing);

        _signal.Send("somebody", new Ping());
        Assert.Equal(0, _calls);
        Assert.False(_signal.HasReceiversFor("somebody"));

        _signal.Send(nothing, new Ping());
        Assert.Equal(1, _calls);
    }

    [Fact]
    public void A_sending_as_0_or_false_does_not_reach_the_receivers_of_others()
    {
        _signal.Connect(Count, 1);

        _signal.Send(0, new Ping());
        _signal.Send(false, new Ping());

        Assert.Equal(0, _calls);
    }

    [Fact]
    public void C_disposing_a_connection_leaves_the_older_ones_of_the_same_receiver()
    {
        _signal.Connect(Count);
        _signal.Connect(Count, this);

        using (_signal.Connect(Count))
        using (_signal.Connect(Count, this))
        using (_signal.Connect(Count, "other"))
        {
            _signal.Send(this, new Ping());
        }

        Assert.Equal(1, _calls);
        _signal.Send(this, new Ping());
        _signal.Send("anybody", new Ping());
        Assert.Equal(3, _calls);
    }

    [Fact]
    public void D_after_the_last_one_left_there_are_no_receivers()
    {
        var own = _signal.Connect(Count, this);
        var any = _signal.Connect(Count);
        Assert.True(_signal.HasReceivers);

        own.Dispose();
        any.Dispose();

        Assert.False(_signal.HasReceivers);
        Assert.False(_signal.HasReceiversFor(this));
    }

    [Fact]
    public void E_an_asynchronous_receiver_is_never_called_without_being_awaited()
    {
        _signal.Connect(async _ =>
        {
            _calls++;
            await Task.Yield();
        });

        Assert.Throws<AldisException>(() => _signal.Send(new Ping()));
        Assert.Equal(0, _calls);
    }

    [Fact]
    public void F_true_does_not_match_1_and_equal_tuples_match()
    {
        _signal.Connect(Count, 1);
        _signal.Send(true, new Ping());
        Assert.Equal(0, _calls);

        _signal.Connect(Count, ("shop", 1));
        _signal.Send((new string("shop".AsSpan()), 1), new Ping());
        Assert.Equal(1, _calls);
    }

    private void Count(Ping ping) => _calls++;
}
