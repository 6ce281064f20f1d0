namespace Aldis.Tests.Signals;

public sealed class SignalSpaceTests
{
    private readonly SignalSpace _space = new();

    [Fact]
    public void One_name_is_one_signal() => Assert.Same(_space.Get<Ping>("a"), _space.Get<Ping>("a"));

    [Fact]
    public void Names_differ_when_a_letter_differs() => Assert.NotSame(_space.Get<Ping>("a"), _space.Get<Ping>("A"));

    [Fact]
    public void Spaces_keep_their_names_apart() => Assert.NotSame(_space.Get<Ping>("a"), new SignalSpace().Get<Ping>("a"));

    [Fact]
    public void Named_signals_come_from_the_default_space()
    {
        var name = nameof(Named_signals_come_from_the_default_space);

        Assert.Same(Signal.Named<Ping>(name), SignalSpace.Default.Get<Ping>(name));
    }

    [Fact]
    public void Anonymous_signals_are_always_new()
    {
        Assert.NotSame(new Signal<Ping>(), new Signal<Ping>());
        Assert.Null(new Signal<Ping>().Name);
        Assert.Equal("anonymous signal of Aldis.Tests.Signals.Ping", new Signal<Ping>().ToString());
    }

    [Fact]
    public void The_same_name_with_another_type_is_an_error_that_names_both()
    {
        _space.Get<Ping>("a");

        var error = Assert.Throws<AldisException>(() => _space.Get<LoudPing>("a"));

        Assert.Equal("ALD1501", error.Code);
        Assert.Contains(typeof(Ping).ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains(typeof(LoudPing).ToString(), error.Message, StringComparison.Ordinal);
        Assert.Contains("'a'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_shows_and_can_be_found()
    {
        Assert.False(_space.Contains("a"));

        var signal = _space.Get<Ping>("a");

        Assert.Equal("a", signal.Name);
        Assert.Equal("signal 'a' of Aldis.Tests.Signals.Ping", signal.ToString());
        Assert.True(_space.Contains("a"));
        Assert.Equal(["a"], _space.Names);
    }

    [Fact]
    public void A_name_is_not_empty() => Assert.Throws<ArgumentException>(() => _space.Get<Ping>(""));

    [Fact]
    public void All_threads_get_the_same_signal()
    {
        var found = new Signal<Ping>[16];

        Threads.Run(found.Length, number => found[number] = _space.Get<Ping>("contended"));

        Assert.Single(found.Distinct());
    }
}
