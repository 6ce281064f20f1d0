namespace Aldis.Tests.Signals;

/// <summary>The signals about a signal.</summary>
public sealed class SignalOfReceiversTests
{
    private readonly Signal<Ping> _signal = new();
    private readonly List<string> _told = [];

    [Fact]
    public void Connecting_and_disconnecting_are_told()
    {
        Watch();
        Action<Ping> receiver = Receive;

        using (_signal.Connect(receiver))
        {
            _signal.Connect(receiver, "shop");
            Assert.Equal(["+ any", "+ shop"], _told);
        }

        _signal.Disconnect(receiver, "shop");
        Assert.Equal(["+ any", "+ shop", "- any", "- shop"], _told);
    }

    [Fact]
    public void A_pair_that_is_connected_twice_is_told_once()
    {
        Watch();

        var first = _signal.Connect(Receive, "shop");
        var second = _signal.Connect(Receive, "shop");
        first.Dispose();
        Assert.Equal(["+ shop"], _told);

        second.Dispose();
        second.Dispose();
        Assert.Equal(["+ shop", "- shop"], _told);
    }

    [Fact]
    public void Disconnecting_a_receiver_from_all_tells_each_pair()
    {
        Watch();
        _signal.Connect(Receive);
        _signal.Connect(Receive, "shop");
        _signal.Connect(Receive, null);
        _told.Clear();

        _signal.Disconnect(Receive);

        Assert.Equal(["- any", "- null", "- shop"], _told.Order());
    }

    [Fact]
    public void What_ends_by_itself_is_not_told()
    {
        Watch();
        _signal.Connect(Receive, new ConnectOptions { Once = true });
        _told.Clear();

        _signal.Send(new Ping());

        Assert.False(_signal.HasReceivers);
        Assert.Empty(_told);
    }

    [Fact]
    public void Who_is_told_knows_the_signal_and_the_receiver()
    {
        ReceiverChange? change = null;
        _signal.ReceiverConnected.Connect(told => change = told, sender: _signal);
        Action<Ping> receiver = Receive;

        _signal.Connect(receiver, "shop");

        Assert.Equal(new ReceiverChange(_signal, receiver, "shop", IsForAnySender: false), change);
    }

    [Fact]
    public void When_the_one_who_is_told_throws_the_connection_is_undone()
    {
        _signal.ReceiverConnected.Connect(_ => throw new InvalidOperationException("no more guests"));

        Assert.Throws<InvalidOperationException>(() => _signal.Connect(Receive));

        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public void Who_is_told_may_connect_and_disconnect()
    {
        var own = 0;
        _signal.ReceiverConnected.Connect(change =>
        {
            if (change.Receiver is Action<Ping> { Target: SignalOfReceiversTests } receiver && own++ == 0)
            {
                _signal.Connect(_ => _told.Add("guest of the watch"));
                _signal.Disconnect(receiver);
            }
        });

        _signal.Connect(Receive);
        _signal.Send(new Ping());

        Assert.Equal(["guest of the watch"], _told);
    }

    [Fact]
    public void Nobody_listening_costs_connecting_nothing_more()
    {
        Action<Ping> receiver = Receive;
        var quiet = Allocation.Of(() => _signal.Connect(receiver).Dispose());
        _ = (_signal.ReceiverConnected, _signal.ReceiverDisconnected, _signal.ConnectionLost);

        Assert.Equal(quiet, Allocation.Of(() => _signal.Connect(receiver).Dispose()));
    }

    private void Watch()
    {
        _signal.ReceiverConnected.Connect(change => _told.Add("+ " + Whose(change)));
        _signal.ReceiverDisconnected.Connect(change => _told.Add("- " + Whose(change)));
    }

    private static string Whose(ReceiverChange change) => change.IsForAnySender ? "any" : change.Sender?.ToString() ?? "null";

    private void Receive(Ping ping)
    {
    }
}
