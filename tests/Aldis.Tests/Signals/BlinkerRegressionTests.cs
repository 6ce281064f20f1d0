using System.Runtime.CompilerServices;

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
    public void B_the_end_of_an_inner_mute_leaves_the_outer_one()
    {
        _signal.Connect(Count);
        using (_signal.Muted())
        {
            using (_signal.Muted())
            {
            }

            _signal.Send(new Ping());
            Assert.Equal(0, _calls);
        }

        _signal.Send(new Ping());
        Assert.Equal(1, _calls);
    }

    [Fact]
    public void B_a_mute_on_one_thread_leaves_the_others_alone()
    {
        _signal.Connect(Count);
        using (_signal.Muted())
        {
            // Without the flow of this one: what a flow starts belongs to it.
            using (ExecutionContext.SuppressFlow())
            {
                Threads.Run(1, _ => _signal.Send(new Ping()));
            }
        }

        Assert.Equal(1, _calls);
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

    [Fact]
    public void G_a_new_sender_never_gets_what_an_old_one_that_is_gone_had()
    {
        // Many, so that some of the new ones share the hash code of an old one.
        ConnectManyWeakSenders();
        WeakConnectionTests.Collect();

        foreach (var sender in Enumerable.Range(0, 10_000).Select(_ => new object()))
        {
            _signal.Send(sender, new Ping());
        }

        Assert.Equal(0, _calls);
        Assert.True(WeakConnectionTests.Eventually(() => !_signal.HasReceivers));
    }

    [Fact]
    public void H_a_lost_weak_receiver_leaves_a_trace()
    {
        ConnectWeakly();

        Assert.True(WeakConnectionTests.Eventually(() => _signal.LostConnections == 1));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ConnectManyWeakSenders()
    {
        for (var number = 0; number < 10_000; number++)
        {
            _signal.Connect(Count, new ConnectOptions { Sender = new object(), WeakSender = true });
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ConnectWeakly() => _signal.Connect(new BlinkerRegressionTests().Count, new ConnectOptions { WeakReceiver = true });

    private void Count(Ping ping) => _calls++;
}
