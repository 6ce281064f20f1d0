namespace Aldis.Tests.Signals;

public sealed class SubjectEndTests
{
    private readonly Subject<Ping> _subject = new();
    private readonly List<string> _calls = [];

    [Fact]
    public void Observers_hear_the_events_and_then_the_end()
    {
        Assert.IsType<IObservable<Ping>>(_subject, exactMatch: false).Subscribe(new Recorder("a", _calls));
        _subject.Subscribe(_ => _calls.Add("action"));
        _subject.Subscribe(new Recorder("b", _calls));

        _subject.Notify(new Ping(1));
        _subject.Complete();
        _subject.Notify(new Ping(2));

        Assert.Equal(["a 1", "action", "b 1", "a completed", "b completed"], _calls);
        Assert.False(_subject.HasObservers);
    }

    [Fact]
    public void Observers_hear_of_an_error()
    {
        _subject.Subscribe(new Recorder("a", _calls));

        _subject.Fail(new InvalidOperationException("boom"));

        Assert.Equal(["a boom"], _calls);
    }

    [Fact]
    public void It_ends_once()
    {
        _subject.Subscribe(new Recorder("a", _calls));

        _subject.Complete();
        _subject.Complete();
        _subject.Fail(new InvalidOperationException("late"));

        Assert.Equal(["a completed"], _calls);
    }

    [Fact]
    public void Who_comes_after_the_end_hears_of_it_at_once()
    {
        _subject.Fail(new InvalidOperationException("boom"));

        _subject.Subscribe(new Recorder("late", _calls)).Dispose();
        _subject.Subscribe(_ => _calls.Add("never")).Dispose();
        _subject.Notify(new Ping());

        Assert.Equal(["late boom"], _calls);
    }

    [Fact]
    public void Who_unsubscribed_is_not_told_of_the_end()
    {
        IDisposable? second = null;
        _subject.Subscribe(new Recorder("first", _calls, () => second!.Dispose()));
        second = _subject.Subscribe(new Recorder("second", _calls));

        _subject.Complete();

        Assert.Equal(["first completed"], _calls);
    }

    [Fact]
    public void The_end_during_a_notification_stops_it()
    {
        _subject.Subscribe(_ => _subject.Complete());
        _subject.Subscribe(new Recorder("second", _calls));

        _subject.Notify(new Ping());

        Assert.Equal(["second completed"], _calls);
    }

    [Fact]
    public void Every_observer_is_told_of_the_end_although_one_throws()
    {
        _subject.Subscribe(new Recorder("first", _calls, () => throw new InvalidOperationException("boom")));
        _subject.Subscribe(new Recorder("second", _calls));

        var error = Assert.Throws<AggregateException>(_subject.Complete);

        Assert.IsType<InvalidOperationException>(Assert.Single(error.InnerExceptions));
        Assert.Equal(["first completed", "second completed"], _calls);
    }

    private sealed class Recorder(string name, List<string> calls, Action? atEnd = null) : IObserver<Ping>
    {
        public void OnNext(Ping value) => calls.Add($"{name} {value.Number}");

        public void OnError(Exception error) => calls.Add($"{name} {error.Message}");

        public void OnCompleted()
        {
            calls.Add($"{name} completed");
            atEnd?.Invoke();
        }
    }
}
