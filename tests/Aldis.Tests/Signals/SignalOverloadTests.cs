namespace Aldis.Tests.Signals;

/// <summary>A lambda must bind to the overload that awaits it: an async lambda that binds to Action is lost without a trace.</summary>
public sealed class SignalOverloadTests
{
    private readonly Signal<Ping> _signal = new();

    [Fact]
    public void Async_lambdas_bind_to_an_awaitable_overload()
    {
        Assert.True(IsAwaited(signal => signal.Connect(async _ => await Task.Yield())));
        Assert.True(IsAwaited(signal => signal.Connect(async _ => { await Task.Yield(); })));
        Assert.True(IsAwaited(signal => signal.Connect(async (_, cancel) => await Task.Yield())));
        Assert.True(IsAwaited(signal => signal.Connect(async _ => await Task.Yield(), this), this));
    }

    [Fact]
    public void Lambdas_that_give_back_a_task_bind_to_an_awaitable_overload()
    {
        Assert.True(IsAwaited(signal => signal.Connect(_ => SaveAsync(_))));
        Assert.True(IsAwaited(signal => signal.Connect(_ => SaveQuicklyAsync(_))));
        Assert.True(IsAwaited(signal => signal.Connect((_, cancel) => SaveQuicklyAsync(_))));
    }

    [Fact]
    public void Lambdas_that_give_back_a_task_with_a_result_bind_to_an_awaitable_overload()
    {
        Assert.True(IsAwaited(signal => signal.Connect(ping => CountAsync(ping))));
        Assert.True(IsAwaited(signal => signal.Connect(ping => CountQuicklyAsync(ping))));
        Assert.True(IsAwaited(signal => signal.Connect(ping => CountQuicklyAsync(ping), this), this));
        Assert.True(IsAwaited(signal => signal.Connect(ping => CountQuicklyAsync(ping), new ConnectOptions { Priority = 1 })));

        var subject = new Subject<Ping>();
        subject.Subscribe(ping => CountQuicklyAsync(ping));
        Assert.Throws<AldisException>(() => subject.Notify(new Ping()));

        var callback = new Callback<Ping>();
        callback.Bind(ping => CountQuicklyAsync(ping));
        Assert.Throws<AldisException>(() => callback.Invoke(new Ping()));
    }

    [Fact]
    public async Task A_result_that_nobody_wants_is_awaited()
    {
        var gate = new TaskCompletionSource<int>();
        _signal.Connect(_ => new ValueTask<int>(gate.Task));

        var sending = _signal.SendAsync(new Ping());
        Assert.False(sending.IsCompleted);
        gate.SetResult(1);

        await sending;
    }

    [Fact]
    public void Methods_that_give_back_a_task_bind_to_an_awaitable_overload()
    {
        Assert.True(IsAwaited(signal => signal.Connect(SaveAsync)));
        Assert.True(IsAwaited(signal => signal.Connect(SaveQuicklyAsync)));
    }

    [Fact]
    public void Lambdas_without_a_task_are_synchronous()
    {
        var count = 0;
        Assert.False(IsAwaited(signal => signal.Connect(_ => { })));
        Assert.False(IsAwaited(signal => signal.Connect(_ => count++)));
        Assert.False(IsAwaited(signal => signal.Connect(ping => ping.ToString())));
    }

    [Fact]
    public void Lambdas_that_only_throw_are_synchronous()
    {
        _signal.Connect(_ => throw new InvalidOperationException("boom"));
        Assert.Throws<InvalidOperationException>(() => _signal.Send(new Ping()));

        _signal.Connect(_ => { throw new InvalidOperationException("boom"); }, this);
        Assert.Throws<InvalidOperationException>(() => _signal.Send(this, new Ping()));
    }

    [Fact]
    public void Async_lambdas_of_callbacks_and_subjects_are_awaited_too()
    {
        var subject = new Subject<Ping>();
        subject.Subscribe<LoudPing>(async _ => await Task.Yield());
        Assert.Throws<AldisException>(() => subject.Notify(new Ping()));

        var callback = new Callback<Ping>();
        callback.Bind(async _ => await Task.Yield());
        Assert.Throws<AldisException>(() => callback.Invoke(new Ping()));
    }

    private static Task SaveAsync(Ping ping) => Task.CompletedTask;

    private static Task<int> CountAsync(Ping ping) => Task.FromResult(1);

    private static ValueTask<int> CountQuicklyAsync(Ping ping) => new(1);

    private static ValueTask SaveQuicklyAsync(Ping ping) => default;

    private static bool IsAwaited(Action<Signal<Ping>> connect, object? sender = null)
    {
        var signal = new Signal<Ping>();
        connect(signal);
        try
        {
            signal.Send(sender, new Ping());
            return false;
        }
        catch (AldisException error) when (error.Code == "ALD1502")
        {
            return true;
        }
    }
}
