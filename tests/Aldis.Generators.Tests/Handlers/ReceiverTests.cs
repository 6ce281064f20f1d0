using Aldis.Generators.Tests.Support;

namespace Aldis.Generators.Tests.Handlers;

/// <summary>Receivers that generated code has connected, at work.</summary>
public sealed class ReceiverTests
{
    private readonly SignalSpace _signals = new();

    [Fact]
    public async Task Marked_methods_receive_until_the_connection_ends()
    {
        var screen = new Screen();
        using (_signals.ConnectReceivers(screen))
        {
            _signals.Get<Trigger>("shown").Send(new Trigger(1));
            await _signals.Get<Trigger>("later").SendAsync("web", new Trigger(2));
            await _signals.Get<Trigger>("later").SendAsync("else", new Trigger(3));
            Assert.Equal(["first 1", "shown 1", "later 2"], screen.Seen);
            Assert.True(_signals.Get<Trigger, bool>("asked").Send(new Trigger(7)).Single().Value);
        }

        _signals.Get<Trigger>("shown").Send(new Trigger(4));
        Assert.Equal(3, screen.Seen.Count);
        Assert.All(_signals.Signals, signal => Assert.False(signal.HasReceivers));
    }

    [Fact]
    public void A_method_that_others_may_call_is_the_receiver_itself()
    {
        var screen = new Screen();
        using var connection = _signals.ConnectReceivers(screen);
        _signals.Get<Trigger>("shown").Disconnect(screen.Show);
        _signals.Get<Trigger>("shown").Send(new Trigger(1));
        Assert.Equal(["first 1"], screen.Seen);
    }

    [Fact]
    public void Of_a_class_the_static_methods_are_connected()
    {
        using var connection = _signals.ConnectReceivers(typeof(Screen));
        Assert.Equal(["asked"], _signals.Names);
    }

    [Fact]
    public void When_one_cannot_be_connected_none_is()
    {
        _signals.Get<string>("later");
        Assert.Equal("ALD1501", Assert.Throws<AldisException>(() => _signals.ConnectReceivers(new Screen())).Code);
        Assert.All(_signals.Signals, signal => Assert.False(signal.HasReceivers));
    }

    [Fact]
    public void What_cannot_be_seen_through_is_refused()
    {
#pragma warning disable ALD9023 // That is what is tested.
        static IDisposable Connect<T>(SignalSpace signals, T receivers) where T : class => signals.ConnectReceivers(receivers);
#pragma warning restore ALD9023
        Assert.Equal("ALD1309", Assert.Throws<AldisException>(() => Connect(_signals, new Screen())).Code);
    }

    internal sealed class Screen
    {
        public List<string> Seen { get; } = [];

        [Receives("shown")]
        public void Show(Trigger trigger) => Seen.Add($"shown {trigger.Number}");

        [Receives("shown", Priority = 1)]
        private void ShowFirst(Trigger trigger) => Seen.Add($"first {trigger.Number}");

        [Receives("later", Sender = "web")]
        public async Task ShowAsync(Trigger trigger, CancellationToken cancel)
        {
            await Task.Yield();
            cancel.ThrowIfCancellationRequested();
            Seen.Add($"later {trigger.Number}");
        }

        [Receives("asked")]
        public static bool Answer(Trigger trigger) => trigger.Number == 7;
    }
}
