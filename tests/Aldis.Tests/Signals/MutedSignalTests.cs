namespace Aldis.Tests.Signals;

public sealed class MutedSignalTests
{
    private readonly Signal<Ping> _signal = new();
    private int _calls;

    public MutedSignalTests() => _signal.Connect(_ => Interlocked.Increment(ref _calls));

    [Fact]
    public async Task Mutes_that_overlap_again_and_again_leave_nothing_behind()
    {
        for (var count = 0; count < 300_000; count++)
        {
            var first = _signal.Muted();
            var second = _signal.Muted();
            first.Dispose();
            second.Dispose();
        }

        // The mute of another flow has this one look for its own.
        Task<IDisposable> elsewhere;
        using (ExecutionContext.SuppressFlow())
        {
            elsewhere = Task.Run(_signal.Muted, TestContext.Current.CancellationToken);
        }

        using (await elsewhere)
        {
            _signal.Send(new Ping());
        }

        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task While_a_signal_is_muted_sends_reach_nobody()
    {
        using (_signal.Muted())
        {
            _signal.Send(new Ping());
            _signal.Send(this, new Ping());
            _signal.SendAll(new Ping());
            await _signal.SendAsync(new Ping());
            Assert.False(_signal.HasReceiversFor(this));
            Assert.True(_signal.HasReceivers);
        }

        Assert.Equal(0, _calls);
        _signal.Send(new Ping());
        Assert.Equal(1, _calls);
    }

    [Fact]
    public void Disposing_a_mute_twice_ends_it_once()
    {
        using var outer = _signal.Muted();
        var inner = _signal.Muted();
        inner.Dispose();
        inner.Dispose();

        _signal.Send(new Ping());

        Assert.Equal(0, _calls);
    }

    [Fact]
    public void Mutes_may_end_in_any_order()
    {
        var first = _signal.Muted();
        var second = _signal.Muted();

        first.Dispose();
        _signal.Send(new Ping());
        Assert.Equal(0, _calls);

        second.Dispose();
        _signal.Send(new Ping());
        Assert.Equal(1, _calls);
    }

    [Fact]
    public async Task A_mute_follows_the_flow_of_execution_and_ends_everywhere()
    {
        var go = new TaskCompletionSource();
        Task later;
        using (_signal.Muted())
        {
            await Task.Yield();
            _signal.Send(new Ping());
            later = SendLaterAsync(go.Task);
        }

        Assert.Equal(0, _calls);
        go.SetResult();
        await later;
        Assert.Equal(1, _calls);
    }

    [Fact]
    public void Another_signal_is_not_muted()
    {
        using (new Signal<Ping>().Muted())
        {
            _signal.Send(new Ping());
        }

        Assert.Equal(1, _calls);
    }

    private async Task SendLaterAsync(Task go)
    {
        await go;
        _signal.Send(new Ping());
    }
}
