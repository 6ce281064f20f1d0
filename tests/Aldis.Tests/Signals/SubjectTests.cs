namespace Aldis.Tests.Signals;

public sealed class SubjectTests
{
    private readonly Subject<Ping> _subject = new();
    private readonly List<string> _calls = [];

    [Fact]
    public void Observers_are_called_in_the_order_of_subscription()
    {
        foreach (var number in Enumerable.Range(0, 10))
        {
            _subject.Subscribe(_ => _calls.Add($"{number}"));
        }

        _subject.Notify(new Ping());

        Assert.Equal(Enumerable.Range(0, 10).Select(number => $"{number}"), _calls);
    }

    [Fact]
    public void An_observer_that_subscribes_twice_is_called_twice()
    {
        Action<Ping> observer = _ => _calls.Add("x");
        var first = _subject.Subscribe(observer);
        _subject.Subscribe(observer);

        _subject.Notify(new Ping());
        first.Dispose();
        first.Dispose();
        _subject.Notify(new Ping());

        Assert.Equal(["x", "x", "x"], _calls);
    }

    [Fact]
    public void A_test_lets_only_the_wanted_events_through()
    {
        _subject.Subscribe(ping => _calls.Add($"{ping.Number}"), when: ping => ping.Number > 1);

        _subject.Notify(new Ping(1));
        _subject.Notify(new Ping(2));

        Assert.Equal(["2"], _calls);
    }

    [Fact]
    public void An_observer_of_a_derived_type_gets_only_its_events()
    {
        _subject.Subscribe<LoudPing>(loud => _calls.Add($"loud {loud.Number}"));
        _subject.Subscribe<LoudPing>(loud => _calls.Add($"chosen {loud.Number}"), when: loud => loud.Number == 3);
        _subject.Subscribe((LoudPing loud) => _calls.Add($"inferred {loud.Number}"));

        _subject.Notify(new Ping(1));
        _subject.Notify(new LoudPing(2));
        _subject.Notify(new LoudPing(3));

        Assert.Equal(["loud 2", "inferred 2", "loud 3", "chosen 3", "inferred 3"], _calls);
    }

    [Fact]
    public async Task Asynchronous_observers_are_awaited_one_after_another_with_synchronous_ones()
    {
        _subject.Subscribe(async _ =>
        {
            await Task.Yield();
            _calls.Add("a");
        });
        _subject.Subscribe(_ => _calls.Add("b"));
        _subject.Subscribe<LoudPing>(async _ =>
        {
            await Task.Yield();
            _calls.Add("c");
        });
        _subject.Subscribe(
            async (_, cancel) =>
            {
                await Task.Yield();
                _calls.Add("d");
            },
            when: ping => ping.Number == 2);

        await _subject.NotifyAsync(new LoudPing(2), TestContext.Current.CancellationToken);
        await _subject.NotifyAsync(new Ping(1), TestContext.Current.CancellationToken);

        Assert.Equal(["a", "b", "c", "d", "a", "b"], _calls);
    }

    [Fact]
    public void Notify_refuses_asynchronous_observers_before_it_calls_anybody()
    {
        _subject.Subscribe(_ => _calls.Add("called"));
        _subject.Subscribe(async _ => await Task.Yield());

        Assert.Equal("ALD1502", Assert.Throws<AldisException>(() => _subject.Notify(new Ping())).Code);
        Assert.Empty(_calls);
    }

    [Fact]
    public void Who_subscribes_during_a_notification_is_not_called_by_it()
    {
        _subject.Subscribe(_ =>
        {
            _calls.Add("old");
            _subject.Subscribe(_ => _calls.Add("new"));
        });

        _subject.Notify(new Ping());

        Assert.Equal(["old"], _calls);
    }

    [Fact]
    public void Who_unsubscribes_before_its_turn_is_skipped()
    {
        IDisposable? second = null;
        _subject.Subscribe(_ => second!.Dispose());
        second = _subject.Subscribe(_ => _calls.Add("second"));
        _subject.Subscribe(_ => _calls.Add("third"));

        _subject.Notify(new Ping());

        Assert.Equal(["third"], _calls);
    }

    [Fact]
    public void The_first_error_stops_a_notification()
    {
        _subject.Subscribe(_ => throw new InvalidOperationException("boom"));
        _subject.Subscribe(_ => _calls.Add("never"));

        Assert.Throws<InvalidOperationException>(() => _subject.Notify(new Ping()));
        Assert.Empty(_calls);
    }

    [Fact]
    public void It_knows_whether_it_has_observers()
    {
        Assert.False(_subject.HasObservers);
        var subscription = _subject.Subscribe(_ => { });
        Assert.True(_subject.HasObservers);
        subscription.Dispose();
        Assert.False(_subject.HasObservers);
    }

    [Fact]
    public void A_null_observer_is_refused()
        => Assert.Equal("observer", Assert.Throws<ArgumentNullException>(() => _subject.Subscribe((IObserver<Ping>)null!)).ParamName);

    [Fact]
    public void Notifying_allocates_nothing()
    {
        var ping = new Ping();
        for (var number = 0; number < 8; number++)
        {
            _subject.Subscribe(_ => { }, when: ping => ping.Number == 0);
            _subject.Subscribe<LoudPing>(_ => { });
        }

        Assert.Equal(0, Allocation.Of(() => _subject.Notify(ping)));
        Assert.Equal(0, Allocation.OfAsync(() => _subject.NotifyAsync(ping)));
    }
}
