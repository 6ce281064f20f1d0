namespace Aldis.Tests.Signals;

public sealed class BeforeAfterTests
{
    private readonly BeforeAfter<Ping> _update = new();
    private readonly List<string> _calls = [];

    [Fact]
    public async Task A_receiver_that_is_connected_once_stays_when_an_earlier_one_vetoed()
    {
        _update.Before.Connect(ping => ping.Number < 0 ? new Veto("negative") : null);
        _update.Before.Connect(_ => Say("once"), new ConnectOptions { Once = true });

        _update.Send(this, new Ping(-1));
        await _update.SendAsync(this, new Ping(-1));
        Assert.Empty(_calls);

        _update.Send(this, new Ping(1));
        _update.Send(this, new Ping(1));
        Assert.Equal(["once"], _calls);
    }

    [Fact]
    public void Before_the_act_and_after_follow_one_another()
    {
        _update.Before.Connect(_ => Say("before"));
        _update.After.Connect(_ => Say("after"));

        Assert.Null(_update.Send(this, new Ping(), _ => Say("act")));

        Assert.Equal(["before", "act", "after"], _calls);
    }

    [Fact]
    public void A_veto_stops_all_that_follows_and_comes_back_with_its_reason()
    {
        _update.Before.Connect(_ => Say("first"));
        _update.Before.Connect(ping => ping.Number < 0 ? new Veto("negative") : null);
        _update.Before.Connect(_ => Say("third"));
        _update.After.Connect(_ => Say("after"));

        Assert.Equal(new Veto("negative"), _update.Send(this, new Ping(-1), _ => Say("act")));
        Assert.Equal(["first"], _calls);

        Assert.Null(_update.Send(this, new Ping(1)));
        Assert.Equal(["first", "first", "third", "after"], _calls);
    }

    [Fact]
    public async Task The_asynchronous_twin_does_the_same()
    {
        _update.Before.Connect(async ping =>
        {
            await Task.Yield();
            return ping.Number < 0 ? new Veto("negative") : Say("before");
        });
        _update.Before.Connect(_ => Say("second"));
        _update.After.Connect(async _ =>
        {
            await Task.Yield();
            Say("after");
        });

        Assert.Equal("negative", (await _update.SendAsync(this, new Ping(-1), ActAsync, TestContext.Current.CancellationToken))?.Reason);
        Assert.Empty(_calls);

        Assert.Null(await _update.SendAsync(this, new Ping(1), ActAsync, TestContext.Current.CancellationToken));
        Assert.Equal(["before", "second", "act", "after"], _calls);
    }

    [Fact]
    public void An_error_before_or_in_the_act_stops_what_follows()
    {
        _update.After.Connect(_ => Say("after"));
        Assert.Throws<InvalidOperationException>(() => _update.Send(this, new Ping(), _ => throw new InvalidOperationException("act")));

        _update.Before.Connect(_ => throw new InvalidOperationException("before"));
        Assert.Throws<InvalidOperationException>(() => _update.Send(this, new Ping(), _ => Say("act")));

        Assert.Empty(_calls);
    }

    [Fact]
    public void A_receiver_may_send_on_the_same_pair()
    {
        _update.Before.Connect(ping => ping.Number > 0 ? _update.Send(this, new Ping(ping.Number - 1)) : Say("innermost"));
        _update.After.Connect(ping => Say($"after {ping.Number}"));

        Assert.Null(_update.Send(this, new Ping(2)));

        Assert.Equal(["innermost", "after 0", "after 1", "after 2"], _calls);
    }

    [Fact]
    public void Both_signals_have_names_that_others_can_ask_for()
    {
        var space = new SignalSpace();
        var pair = new BeforeAfter<Ping>("user.update", space);

        Assert.Same(pair.Before, space.Get<Ping, Veto?>("user.update.before"));
        Assert.Same(pair.After, space.Get<Ping>("user.update.after"));
    }

    [Fact]
    public void Without_a_veto_a_send_allocates_nothing()
    {
        _update.Before.Connect(_ => null);
        _update.Before.Connect(_ => null, this);
        _update.After.Connect(_ => { });
        var ping = new Ping();

        Assert.Equal(0, Allocation.Of(() => _update.Send(this, ping)));
#if !DEBUG
        // Without optimisation the compiler itself allocates for each call of an async method.
        Assert.Equal(0, Allocation.OfAsync(() => Discarding(_update.SendAsync(this, ping))));
#endif
    }

#if !DEBUG

    private static ValueTask Discarding(ValueTask<Veto?> sending)
    {
        Assert.Null(sending.GetAwaiter().GetResult());
        return default;
    }
#endif

    private ValueTask ActAsync(Ping ping, CancellationToken cancel)
    {
        Say("act");
        return default;
    }

    private Veto? Say(string what)
    {
        _calls.Add(what);
        return null;
    }
}
