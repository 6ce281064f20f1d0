using Aldis.Dispatch;
using Aldis.Tests.Support;
using Aldis.Transports;

namespace Aldis.Tests.Dispatch;

/// <summary>Each step of the lanes, one at a time.</summary>
public sealed class LanesTests
{
    private readonly Lanes _lanes = new();

    [Fact]
    public void While_an_event_is_handled_the_later_ones_of_its_key_wait_and_other_keys_go_on()
    {
        Receive("a1", "a2", "b1", "a3");
        var a = Handled("a1");
        Waits();
        Handled("b1");
        Waits();
        Assert.True(_lanes.Advance(a));
        Handled("a2");
        Assert.True(_lanes.Advance(a));
        Handled("a3");
        Assert.False(_lanes.Advance(a));
    }

    [Fact]
    public void A_lane_is_forgotten_with_its_last_event()
    {
        Receive("a1", "b1");
        var (a, b) = (Handled("a1"), Handled("b1"));
        Assert.Equal(2, _lanes.Count);
        Assert.False(_lanes.Advance(a));
        Assert.False(_lanes.Advance(b));
        Assert.Equal(0, _lanes.Count);
    }

    [Fact]
    public void What_waited_comes_before_what_was_received_later()
    {
        Receive("a1", "a2");
        var a = Handled("a1");
        Waits();
        Receive("a3", "c1");
        Assert.True(_lanes.Advance(a));
        Handled("a2");
        Waits();
        Handled("c1");
        Assert.True(_lanes.Advance(a));
        Handled("a3");
    }

    [Fact]
    public void When_a_verdict_blocks_the_key_what_waits_goes_back_in_order_and_so_does_what_comes_after()
    {
        Receive("a1", "a2", "a3");
        var a = Handled("a1");
        Waits();
        Waits();
        Assert.Equal(["a2", "a3"], Block(a, "a1"));
        Receive("a4");
        Returned("a4");
        Receive("b1");
        Handled("b1");
    }

    [Fact]
    public void A_receive_that_was_under_way_when_the_verdict_was_stored_brings_nothing_that_is_handled()
    {
        Receive("a1");
        var a = Handled("a1");
        Block(a, "a1");
        _lanes.BeginReceive();
        Stored("a1");
        _lanes.Add(Delivery("a2"));
        Returned("a2");
    }

    [Fact]
    public void While_an_event_goes_back_the_later_ones_of_its_key_follow_it_whichever_receive_brings_them()
    {
        Receive("a1");
        var a = Handled("a1");
        Block(a, "a1");
        _lanes.BeginReceive();
        Stored("a1");
        // Others have handled a1 meanwhile, so it is the turn of a2; nobody here can know.
        _lanes.Add(Delivery("a2"));
        Returned("a2");
        // The transport takes a2 for held here, and so it hands out a3 as well.
        Receive("a3");
        Returned("a3");
        Stored("a2");
        Receive("a2", "a4");
        var again = Handled("a2");
        // a3 is not back yet: the same holds for a4.
        Returned("a4");
        Assert.False(_lanes.Advance(again));
        Stored("a3", "a4");
        Receive("a3", "a4");
        again = Handled("a3");
        Waits();
        Assert.True(_lanes.Advance(again));
        Handled("a4");
    }

    [Fact]
    public void What_goes_back_a_second_time_keeps_its_place()
    {
        Receive("a1", "a2", "a3");
        var a = Handled("a1");
        Waits();
        Waits();
        Block(a, "a1");
        Stored("a1", "a2");
        Receive("a1", "a2");
        a = Handled("a1");
        Waits();
        // a3 is on its way still when a1 fails again.
        Assert.Equal(["a2"], Block(a, "a1"));
        Stored("a3", "a1");
        Receive("a3");
        Returned("a3");
        Stored("a2");
        Receive("a2", "a4");
        Handled("a2");
        Returned("a4");
    }

    [Fact]
    public void A_receive_that_began_after_the_verdict_was_stored_begins_the_key_anew()
    {
        Receive("a1");
        var a = Handled("a1");
        Block(a, "a1");
        Stored("a1");
        Receive("a2", "a3");
        var again = Handled("a2");
        Waits();
        Assert.True(_lanes.Advance(again));
        Handled("a3");
    }

    [Fact]
    public void The_event_that_blocked_its_key_begins_it_anew_even_in_a_receive_that_was_under_way()
    {
        Receive("a1");
        var a = Handled("a1");
        Block(a, "a1");
        _lanes.BeginReceive();
        Stored("a1");
        _lanes.Add(_deliveries["a1"]);
        _lanes.Add(Delivery("a2"));
        var again = Handled("a1");
        Waits();
        Assert.True(_lanes.Advance(again));
        Handled("a2");
    }

    [Fact]
    public void A_blocked_key_is_remembered_while_something_from_before_may_come_and_no_longer()
    {
        Receive("a1");
        var a = Handled("a1");
        Block(a, "a1");
        _lanes.BeginReceive();
        Assert.Equal(1, _lanes.Count);
        Stored("a1");
        _lanes.Add(Delivery("a2"));
        _lanes.BeginReceive();
        Assert.Equal(1, _lanes.Count);
        Returned("a2");
        Stored("a2");
        _lanes.BeginReceive();
        Assert.Equal(0, _lanes.Count);
    }

    [Fact]
    public void A_key_that_has_begun_anew_is_not_forgotten_with_the_lane_before()
    {
        Receive("a1");
        var a = Handled("a1");
        Block(a, "a1");
        Stored("a1");
        Receive("a1");
        var again = Handled("a1");
        _lanes.BeginReceive();
        _lanes.BeginReceive();
        _lanes.Add(Delivery("a2"));
        Waits();
        Assert.True(_lanes.Advance(again));
    }

    /// <summary>A ledger takes the events of a key in the order in which they come to it: a later one that overtakes would be the first there, and be handed out.</summary>
    [Fact]
    public void What_another_worker_returns_meanwhile_is_sent_after_what_the_verdict_sends_back()
    {
        Receive("a1", "a2", "a3", "a4");
        var a = Handled("a1");
        Waits();
        Waits();
        _lanes.Block(a, new Settlement(Delivery("a1"), Verdict.Retry(TimeSpan.Zero, "as it happens"), []));
        var ofTheOther = new List<string>();
        var sent = SendBack(whileSending: () =>
        {
            Assert.Equal(LaneTurn.Return, _lanes.Take(out _, out _));
            ofTheOther = SendBack();
        });
        Assert.Equal(["a1", "a2", "a3", "a4"], sent);
        Assert.Empty(ofTheOther);
    }

    private readonly Dictionary<string, Delivery> _deliveries = [];
    private readonly Dictionary<string, LaneReturn> _back = [];

    private void Receive(params string[] texts)
    {
        _lanes.BeginReceive();
        Array.ForEach(texts, text => _lanes.Add(Delivery(text)));
    }

    private Delivery Delivery(string text)
    {
        if (!_deliveries.TryGetValue(text, out var delivery))
        {
            _deliveries.Add(text, delivery = new Delivery(Envelopes.Of("orders", text) with { Key = text[..1] }, 1, null, 0));
        }

        return delivery;
    }

    private Lane Handled(string text)
    {
        Assert.Equal(LaneTurn.Handle, _lanes.Take(out var delivery, out var lane));
        Assert.Equal(text, TextOf(delivery));
        return lane;
    }

    private void Waits() => Assert.Equal(LaneTurn.Wait, _lanes.Take(out _, out _));

    private void Returned(string text)
    {
        Assert.Equal(LaneTurn.Return, _lanes.Take(out var delivery, out _));
        Assert.Equal(text, TextOf(delivery));
        Assert.Equal([text], SendBack());
    }

    private List<string> Block(Lane lane, string by)
    {
        var behind = _lanes.Block(lane, new Settlement(Delivery(by), Verdict.Retry(TimeSpan.Zero, "as it happens"), []));
        var sent = SendBack();
        Assert.Equal(by, sent[0]);
        Assert.Equal(behind, sent.Count - 1);
        return sent[1..];
    }

    private List<string> SendBack(Action? whileSending = null)
    {
        var sent = new List<string>();
        _lanes.SendBack((settlement, back) =>
        {
            sent.Add(TextOf(settlement.Delivery));
            _back[sent[^1]] = back;
            whileSending?.Invoke();
            whileSending = null;
        });
        return sent;
    }

    private void Stored(params string[] texts) => Array.ForEach(texts, text => _lanes.Stored(_back[text]));

    private static string TextOf(Delivery delivery) => BusStage.Text(delivery.Envelope.Body);
}
