namespace Aldis.Tests.Signals;

public sealed class SignalAllocationTests
{
    private readonly Signal<Ping> _signal = new();
    private readonly Ping _ping = new();
    private int _count;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(8)]
    public void Sending_allocates_nothing(int receivers)
    {
        Connect(receivers);

        Assert.Equal(0, Allocation.Of(() => _signal.Send(_ping)));
        Assert.Equal(0, Allocation.Of(() => _signal.Send(this, _ping)));
        Assert.Equal(0, Allocation.Of(() => _signal.SendAll(_ping)));
        Assert.Equal(3200 * 3 * receivers, _count);
    }

    [Fact]
    public void Sending_to_receivers_of_one_sender_allocates_nothing()
    {
        Connect(4);
        _signal.Connect(_ => _count++, this);
        _signal.Connect(_ => _count++, "shop");

        Assert.Equal(0, Allocation.Of(() => _signal.Send(this, _ping)));
        Assert.Equal(0, Allocation.Of(() => _signal.Send("shop", _ping)));
        Assert.Equal(0, Allocation.Of(() => _signal.Send(null, _ping)));
        Assert.Equal(0, Allocation.Of(() => Assert.True(_signal.HasReceiversFor("shop"))));
    }

    [Fact]
    public void Sending_allocates_nothing_when_all_receivers_complete_at_once()
    {
        Connect(4);
        foreach (var number in Enumerable.Range(0, 4))
        {
            // No async lambdas: without optimisation the compiler itself allocates for each call of one.
            _signal.Connect(_ => Add(number));
            _signal.Connect((_, _) => new ValueTask(Add(number)));
        }

        Assert.Equal(0, Allocation.OfAsync(() => _signal.SendAsync(_ping)));
        Assert.Equal(0, Allocation.OfAsync(() => _signal.SendAsync(this, _ping)));
    }

    private Task Add(int number)
    {
        _count += number;
        return Task.CompletedTask;
    }

    private void Connect(int receivers)
    {
        foreach (var number in Enumerable.Range(0, receivers))
        {
            // Each captures its own number: equal delegates would be one receiver.
            _signal.Connect(_ => _count += number >= 0 ? 1 : 0);
        }
    }
}
