using Aldis.Events;
using Aldis.Tests.Support;
using Aldis.Transports;

namespace Aldis.Tests.Transports;

public sealed class InMemoryCapacityTests : IAsyncDisposable
{
    private static readonly TopicName _topic = TopicName.Parse("orders");

    private readonly Clock _time = new();
    private readonly InMemoryTransport _transport;

    public InMemoryCapacityTests() => _transport = new InMemoryTransport(new InMemoryOptions { Capacity = 2, DeadLetterCapacity = 2 }, _time);

    [Fact]
    public async Task A_full_group_makes_publishers_wait_until_something_is_taken()
    {
        var (receiver, sender) = (await ReceiverAsync(), await _transport.OpenSenderAsync(_topic, BusStage.Cancel));
        await SendAsync(sender, "a");
        await SendAsync(sender, "b");
        var third = SendAsync(sender, "c");
        await _time.RunOnAsync();
        Assert.False(third.IsCompleted);

        Assert.Equal(["a"], await ReceiveAsync(receiver, 1));
        await third.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        Assert.Equal(["b", "c"], await ReceiveAsync(receiver, 2));
    }

    [Fact]
    public async Task A_publisher_need_not_wait_for_ever()
    {
        await using var receiver = await ReceiverAsync();
        var sender = await _transport.OpenSenderAsync(_topic, BusStage.Cancel);
        await SendAsync(sender, "a");
        await SendAsync(sender, "b");
        using var cancel = new CancellationTokenSource();
        var third = sender.SendAsync(new[] { Envelopes.Of("orders", "c") }, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => third);
        Assert.Equal(["a", "b"], await ReceiveAsync(receiver, 10));
    }

    [Fact]
    public async Task A_publisher_does_not_wait_for_a_private_group_that_is_gone()
    {
        var spec = new ReceiverSpec(_topic, GroupName.Parse("each-instance.1"), 10) { IsPrivate = true };
        var (receiver, sender) = (await _transport.OpenReceiverAsync(spec, BusStage.Cancel), await _transport.OpenSenderAsync(_topic, BusStage.Cancel));
        await SendAsync(sender, "a");
        await SendAsync(sender, "b");
        var third = SendAsync(sender, "c");
        await _time.RunOnAsync();
        Assert.False(third.IsCompleted);

        await receiver.DisposeAsync();
        await third.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
    }

    [Fact]
    public async Task Without_a_group_nothing_is_kept_and_nobody_waits()
    {
        var sender = await _transport.OpenSenderAsync(_topic, BusStage.Cancel);
        for (var number = 0; number < 10; number++)
        {
            await SendAsync(sender, "lost").WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        }

        await using var receiver = await ReceiverAsync();
        await SendAsync(sender, "kept");
        Assert.Equal(["kept"], await ReceiveAsync(receiver, 10));
    }

    [Fact]
    public async Task Of_too_many_dead_letters_the_oldest_are_dropped()
    {
        var (receiver, sender) = (await ReceiverAsync(), await _transport.OpenSenderAsync(_topic, BusStage.Cancel));
        foreach (var body in new[] { "a", "b", "c" })
        {
            await SendAsync(sender, body);
            var buffer = new Delivery[1];
            await receiver.ReceiveAsync(buffer, BusStage.Cancel);
            await receiver.SettleAsync(new[] { new Settlement(buffer[0], Verdict.Dead("no use"), []) }, BusStage.Cancel);
        }

        var letters = await _transport.ListAsync(DeadLetterFilter.All, BusStage.Cancel).ToListAsync(BusStage.Cancel);
        Assert.Equal(["b", "c"], letters.Select(letter => BusStage.Text(letter.Envelope.Body)));
    }

    [Fact]
    public async Task Retries_that_are_due_together_come_again_in_their_order()
    {
        await using var receiver = await _transport.OpenReceiverAsync(new ReceiverSpec(TopicName.Parse("topic"), GroupName.Parse("group"), 10), BusStage.Cancel);
        await using var sender = await _transport.OpenSenderAsync(TopicName.Parse("topic"), BusStage.Cancel);
        await sender.SendAsync(new[] { Envelopes.Of("topic", "a"), Envelopes.Of("topic", "b") }, BusStage.Cancel);
        var buffer = new Delivery[2];
        Assert.Equal(2, await receiver.ReceiveAsync(buffer, BusStage.Cancel));
        await receiver.SettleAsync(Array.ConvertAll(buffer, delivery => new Settlement(delivery, Verdict.Retry(TimeSpan.FromSeconds(1)), [])), BusStage.Cancel);
        _time.Advance(TimeSpan.FromSeconds(1));
        var again = new Delivery[2];
        Assert.Equal(2, await receiver.ReceiveAsync(again, BusStage.Cancel));
        Assert.Equal(buffer.Select(delivery => delivery.Envelope.Id), again.Select(delivery => delivery.Envelope.Id));
    }

    public ValueTask DisposeAsync() => _transport.DisposeAsync();

    private ValueTask<IReceiver> ReceiverAsync() => _transport.OpenReceiverAsync(new ReceiverSpec(_topic, GroupName.Parse("group"), 10), BusStage.Cancel);

    private static Task SendAsync(ISender sender, string body) => sender.SendAsync(new[] { Envelopes.Of("orders", body) }, BusStage.Cancel).AsTask();

    private static async Task<string[]> ReceiveAsync(IReceiver receiver, int atMost)
    {
        var buffer = new Delivery[atMost];
        var count = await receiver.ReceiveAsync(buffer, BusStage.Cancel);
        return [.. buffer.Take(count).Select(delivery => BusStage.Text(delivery.Envelope.Body))];
    }
}
