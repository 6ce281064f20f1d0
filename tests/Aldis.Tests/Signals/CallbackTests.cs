namespace Aldis.Tests.Signals;

public sealed class CallbackTests
{
    private readonly List<string> _calls = [];

    [Fact]
    public async Task Without_a_handler_nothing_happens()
    {
        var callback = new Callback<Ping>();

        callback.Invoke(new Ping());

        Assert.False(callback.IsBound);
        await callback.InvokeAsync(new Ping(), TestContext.Current.CancellationToken);
        Assert.Null(callback.Unbind());
    }

    [Fact]
    public void The_handler_of_the_constructor_is_called()
    {
        var callback = new Callback<Ping>(ping => _calls.Add($"a{ping.Number}"));

        callback.Invoke(new Ping(7));

        Assert.True(callback.IsBound);
        Assert.Equal(["a7"], _calls);
    }

    [Fact]
    public async Task A_handler_may_take_nothing()
    {
        var callback = new Callback<Ping>(() => _calls.Add("sync"));
        callback.Invoke(new Ping());

        callback.Bind(async () =>
        {
            await Task.Yield();
            _calls.Add("async");
        });
        Assert.Throws<AldisException>(() => callback.Invoke(new Ping()));
        await callback.InvokeAsync(new Ping(), TestContext.Current.CancellationToken);

        callback.Bind(SayMethod);
        callback.Invoke(new Ping());
        Assert.Equal(["sync", "async", "method"], _calls);

        callback.Bind(() => throw new InvalidOperationException("boom"));
        Assert.Throws<InvalidOperationException>(() => callback.Invoke(new Ping()));
    }

    [Fact]
    public void A_handler_that_takes_nothing_is_handed_back_as_it_was_given()
    {
        Action handler = SayMethod;
        var callback = new Callback<Ping>(handler);

        Assert.Same(handler, callback.Unbind());
    }

    [Fact]
    public void Binding_replaces_the_handler_and_hands_back_the_earlier_one()
    {
        Action<Ping> first = _ => _calls.Add("first");
        Action<Ping> second = _ => _calls.Add("second");
        var callback = new Callback<Ping>();

        Assert.Null(callback.Bind(first));
        Assert.Same(first, callback.Bind(second));
        callback.Invoke(new Ping());

        Assert.Equal(["second"], _calls);
    }

    [Fact]
    public void Binding_the_same_handler_again_leaves_one()
    {
        Action<Ping> handler = _ => _calls.Add("once");
        var callback = new Callback<Ping>(handler);

        Assert.Same(handler, callback.Bind(handler));
        callback.Invoke(new Ping());

        Assert.Equal(["once"], _calls);
    }

    [Fact]
    public void Unbinding_hands_back_the_handler_and_leaves_none()
    {
        Func<Ping, ValueTask> handler = _ => default;
        var callback = new Callback<Ping>(handler);

        Assert.Same(handler, callback.Unbind());
        Assert.Null(callback.Unbind());
        Assert.False(callback.IsBound);
    }

    [Fact]
    public void A_handler_may_bind_its_successor_and_unbind_it()
    {
        var callback = new Callback<Ping>();
        callback.Bind(_ =>
        {
            _calls.Add("first");
            callback.Bind(_ =>
            {
                _calls.Add("second");
                callback.Unbind();
            });
        });

        callback.Invoke(new Ping());
        callback.Invoke(new Ping());
        callback.Invoke(new Ping());

        Assert.Equal(["first", "second"], _calls);
    }

    [Fact]
    public void Invoke_refuses_an_asynchronous_handler_and_does_not_call_it()
    {
        var callback = new Callback<Ping>(async _ =>
        {
            _calls.Add("called");
            await Task.Yield();
        });

        var error = Assert.Throws<AldisException>(() => callback.Invoke(new Ping()));

        Assert.Equal("ALD1502", error.Code);
        Assert.Contains("callback of Aldis.Tests.Signals.Ping", error.Message, StringComparison.Ordinal);
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task InvokeAsync_awaits_an_asynchronous_handler()
    {
        var gate = new TaskCompletionSource();
        var callback = new Callback<Ping>(async _ =>
        {
            await gate.Task;
            _calls.Add("done");
        });

        var invocation = callback.InvokeAsync(new Ping(), TestContext.Current.CancellationToken);
        Assert.False(invocation.IsCompleted);
        gate.SetResult();
        await invocation;

        Assert.Equal(["done"], _calls);
    }

    [Fact]
    public async Task InvokeAsync_hands_the_cancellation_to_the_handler()
    {
        using var source = new CancellationTokenSource();
        var seen = CancellationToken.None;
        var callback = new Callback<Ping>((_, cancel) =>
        {
            seen = cancel;
            return ValueTask.CompletedTask;
        });

        await callback.InvokeAsync(new Ping(), source.Token);

        Assert.Equal(source.Token, seen);
    }

    [Fact]
    public void What_the_handler_throws_propagates()
    {
        var callback = new Callback<Ping>(_ => throw new InvalidOperationException("boom"));

        Assert.Throws<InvalidOperationException>(() => callback.Invoke(new Ping()));
    }

    [Fact]
    public void A_null_handler_is_refused()
        => Assert.Equal("handler", Assert.Throws<ArgumentNullException>(() => new Callback<Ping>((Action<Ping>)null!)).ParamName);

    [Fact]
    public void Invoking_allocates_nothing()
    {
        var ping = new Ping();
        var synchronous = new Callback<Ping>(_ => { });
        var asynchronous = new Callback<Ping>((_, _) => default);

        Assert.Equal(0, Allocation.Of(() => synchronous.Invoke(ping)));
        Assert.Equal(0, Allocation.OfAsync(() => asynchronous.InvokeAsync(ping)));
    }

    private void SayMethod() => _calls.Add("method");

    [Fact]
    public void Every_invocation_calls_exactly_one_handler_while_others_bind()
    {
        const int Rounds = 5_000;
        var calls = 0;
        var callback = new Callback<Ping>(_ => Interlocked.Increment(ref calls));
        Threads.Run(8, number =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                if (number % 2 == 0)
                {
                    callback.Invoke(new Ping());
                }
                else
                {
                    callback.Bind(_ => Interlocked.Add(ref calls, 1));
                }
            }
        });

        Assert.Equal(4 * Rounds, calls);
    }
}
