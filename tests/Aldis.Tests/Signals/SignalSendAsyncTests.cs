namespace Aldis.Tests.Signals;

public sealed class SignalSendAsyncTests
{
    private readonly Signal<Ping> _signal = new();
    private readonly List<string> _calls = [];

    [Fact]
    public async Task Receivers_run_one_after_another_in_order()
    {
        var gate = new TaskCompletionSource();
        _signal.Connect(_ => _calls.Add("first"));
        _signal.Connect(async _ =>
        {
            await gate.Task;
            _calls.Add("second");
        });
        _signal.Connect(_ => _calls.Add("third"));
        _signal.Connect(async (_, _) =>
        {
            await Task.Yield();
            _calls.Add("fourth");
        });

        var sending = _signal.SendAsync(new Ping(), TestContext.Current.CancellationToken);
        Assert.Equal(["first"], _calls);
        gate.SetResult();
        await sending;

        Assert.Equal(["first", "second", "third", "fourth"], _calls);
    }

    [Fact]
    public async Task The_first_error_stops_and_the_task_carries_it()
    {
        _signal.Connect(_ => _calls.Add("before"));
        _signal.Connect(_ => throw new InvalidOperationException("boom"));
        _signal.Connect(_ => _calls.Add("after"));

        var sending = _signal.SendAsync(new Ping(), TestContext.Current.CancellationToken);

        Assert.True(sending.IsFaulted);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await sending);
        Assert.Equal(["before"], _calls);
    }

    [Fact]
    public async Task A_late_error_stops_too()
    {
        _signal.Connect(async _ =>
        {
            await Task.Yield();
            throw new InvalidOperationException("boom");
        });
        _signal.Connect(_ => _calls.Add("after"));

        await Assert.ThrowsAsync<InvalidOperationException>(
            async () => await _signal.SendAsync(this, new Ping(), TestContext.Current.CancellationToken));
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task Cancellation_stops_before_the_next_receiver()
    {
        using var source = new CancellationTokenSource();
        _signal.Connect(async (_, cancel) =>
        {
            Assert.Equal(source.Token, cancel);
            await source.CancelAsync();
        });
        _signal.Connect(_ => _calls.Add("after"));

        var sending = _signal.SendAsync(new Ping(), source.Token);

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await sending);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await _signal.SendAsync(new Ping(), source.Token));
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task Who_leaves_while_an_earlier_one_is_awaited_is_skipped_and_who_comes_is_not_called()
    {
        var gate = new TaskCompletionSource();
        _signal.Connect(async _ => await gate.Task);
        var second = _signal.Connect(_ => _calls.Add("second"));
        _signal.Connect(_ => _calls.Add("third"));

        var sending = _signal.SendAsync(new Ping(), TestContext.Current.CancellationToken);
        second.Dispose();
        _signal.Connect(_ => _calls.Add("new"));
        gate.SetResult();
        await sending;

        Assert.Equal(["third"], _calls);
    }

    [Fact]
    public void Send_refuses_asynchronous_receivers_before_anybody_is_called()
    {
        _signal.Connect(_ => _calls.Add("called"));
        _signal.Connect(async _ => await Task.Yield());

        var error = Assert.Throws<AldisException>(() => _signal.Send(new Ping()));

        Assert.Equal("ALD1502", error.Code);
        Assert.Contains(nameof(SignalSendAsyncTests), error.Message, StringComparison.Ordinal);
        Assert.Empty(_calls);
    }
}
