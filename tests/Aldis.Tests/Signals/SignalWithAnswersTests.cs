namespace Aldis.Tests.Signals;

public sealed class SignalWithAnswersTests
{
    private readonly Signal<Ping, string> _signal = new();

    [Fact]
    public void A_send_brings_back_each_answer_with_its_receiver_in_order()
    {
        Func<Ping, string> second = ping => $"b{ping.Number}";
        _signal.Connect(ping => $"a{ping.Number}");
        _signal.Connect(second, new ConnectOptions { Priority = 1 });
        _signal.Connect(_ => "another's", "another");

        var answers = _signal.Send(this, new Ping(7));

        Assert.Equal(["b7", "a7"], answers.Values);
        Assert.Equal(new Answer<string>(second, "b7"), answers[0]);
        Assert.Equal(2, answers.Count);
        Assert.Equal(["b7", "a7"], answers.Select(answer => answer.Value));
    }

    [Fact]
    public void Without_receivers_there_are_no_answers()
    {
        Assert.Empty(_signal.Send(new Ping()));
        using (_signal.Connect(_ => "muted"))
        using (_signal.Muted())
        {
            Assert.Empty(_signal.Send(new Ping()));
        }
    }

    [Fact]
    public void The_first_error_propagates_and_the_answers_before_it_can_be_kept()
    {
        _signal.Connect(_ => "first");
        _signal.Connect(_ => throw new InvalidOperationException("boom"));
        _signal.Connect(_ => "third");
        var answers = new Answers<string>();

        Assert.Throws<InvalidOperationException>(() => _signal.Send(null, new Ping(), answers));

        Assert.Equal(["first"], answers.Values);
    }

    [Fact]
    public async Task SendAll_asks_everybody_and_reports_every_error()
    {
        _signal.Connect(_ => "first");
        _signal.Connect(_ => throw new InvalidOperationException("boom"));
        _signal.Connect(_ => "third");
        var answers = new Answers<string>();

        Assert.Single(Assert.Throws<AggregateException>(() => _signal.SendAll(null, new Ping(), answers)).InnerExceptions);
        Assert.Equal(["first", "third"], answers.Values);

        await Assert.ThrowsAsync<AggregateException>(async () => await _signal.SendAllAsync(null, new Ping(), answers));
        Assert.Equal(["first", "third"], answers.Values);
    }

    [Fact]
    public async Task Synchronous_and_asynchronous_receivers_answer_together()
    {
        _signal.Connect(async ping =>
        {
            await Task.Yield();
            return $"task {ping.Number}";
        });
        _signal.Connect(ping => $"sync {ping.Number}");
        _signal.Connect((ping, _) => ValueTask.FromResult($"value {ping.Number}"));

        Assert.Equal("ALD1502", Assert.Throws<AldisException>(() => _signal.Send(new Ping())).Code);
        var answers = await _signal.SendAsync(new Ping(3), TestContext.Current.CancellationToken);

        Assert.Equal(["task 3", "sync 3", "value 3"], answers.Values);
        Assert.Equal(answers, await _signal.SendAllAsync(new Ping(3), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task In_parallel_the_answers_keep_the_order_of_the_receivers()
    {
        var (first, second) = (new TaskCompletionSource<string>(), new TaskCompletionSource<string>());
        _signal.Connect(_ => first.Task);
        _signal.Connect(_ => second.Task);

        var sending = _signal.SendParallelAsync(this, new Ping(), TestContext.Current.CancellationToken);
        second.SetResult("second");
        first.SetResult("first");

        Assert.Equal(["first", "second"], (await sending).Values);
    }

    [Fact]
    public void Answers_of_ones_own_allocate_nothing()
    {
        for (var number = 0; number < 8; number++)
        {
            var answer = $"{number}";
            _signal.Connect(_ => answer);
        }

        var (answers, ping) = (new Answers<string>(), new Ping());

        Assert.Equal(0, Allocation.Of(() => _signal.Send(null, ping, answers)));
        Assert.Equal(0, Allocation.Of(() => _signal.SendAll(null, ping, answers)));
        Assert.Equal(0, Allocation.OfAsync(() => _signal.SendAsync(null, ping, answers)));
        Assert.Equal(0, Allocation.OfAsync(() => _signal.SendAllAsync(null, ping, answers)));
        Assert.Equal(8, answers.Count);
    }

    [Fact]
    public void A_receiver_can_be_disconnected_by_its_delegate()
    {
        Func<Ping, string> receiver = _ => "here";
        _signal.Connect(receiver);
        _signal.Connect(receiver, "shop");

        _signal.Disconnect(receiver, "shop");
        Assert.Single(_signal.Send("shop", new Ping()));
        _signal.Disconnect(receiver);

        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public void A_name_with_other_answers_is_refused_and_both_are_named()
    {
        var space = new SignalSpace();
        Assert.Same(space.Get<Ping, string>("ask"), space.Get<Ping, string>("ask"));

        var error = Assert.Throws<AldisException>(() => space.Get<Ping, int>("ask"));

        Assert.Equal("ALD1501", error.Code);
        Assert.Contains("System.Int32", error.Message, StringComparison.Ordinal);
        Assert.Contains("System.String", error.Message, StringComparison.Ordinal);
        Assert.Equal("ALD1501", Assert.Throws<AldisException>(() => space.Get<Ping>("ask")).Code);
    }
}
