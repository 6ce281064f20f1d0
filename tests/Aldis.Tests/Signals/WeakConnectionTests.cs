using System.Runtime.CompilerServices;

namespace Aldis.Tests.Signals;

public sealed class WeakConnectionTests
{
    private static readonly ConnectOptions Weakly = new() { WeakReceiver = true };

    private readonly Signal<Ping> _signal = new();
    private readonly List<string> _calls = [];

    [Fact]
    public void A_weak_sender_that_matches_by_value_stays()
    {
        ConnectToNumber("a");
        ConnectToNumber("b");

        Collect();
        _signal.Send(1000, new Ping());

        Assert.Equal(["a", "b"], _calls);
        Assert.Equal(0, _signal.LostConnections);
    }

    [Fact]
    public void A_receiver_of_one_sender_is_let_go_although_many_others_stay()
    {
        for (var count = 0; count < 20; count++)
        {
            var number = count;
            _signal.Connect(_ => GC.KeepAlive(number));
        }

        var target = ConnectToOneSenderAndDispose();

        Assert.True(Eventually(() => !target.TryGetTarget(out _)));
        _signal.Send(new Ping());
    }

    [Fact]
    public void A_weak_receiver_is_called_while_its_target_lives()
    {
        var listener = new Listener(_calls, "a");
        _signal.Connect(listener.Hear, Weakly);
        Collect();

        _signal.Send(new Ping());

        Assert.Equal(["a"], _calls);
        Assert.Equal([(Action<Ping>)listener.Hear], _signal.ReceiversFor(null));
        GC.KeepAlive(listener);
    }

    [Fact]
    public void A_weak_receiver_vanishes_with_its_target_and_is_counted()
    {
        var target = ConnectAndForget();

        Assert.True(Eventually(() => !_signal.HasReceivers));

        Assert.False(target.TryGetTarget(out _));
        Assert.Equal(1, _signal.LostConnections);
        _signal.Send(new Ping());
        Assert.Empty(_calls);
    }

    [Fact]
    public async Task A_weak_asynchronous_receiver_works_alike()
    {
        ConnectAsynchronousAndForget();
        await _signal.SendAsync(new Ping());
        Assert.Equal(["async"], _calls);

        Assert.True(Eventually(() => !_signal.HasReceivers));
        await _signal.SendAsync(new Ping());

        Assert.Equal(["async"], _calls);
    }

    [Fact]
    public async Task A_lost_connection_is_told_to_those_who_asked()
    {
        var told = new TaskCompletionSource<ReceiverChange>();
        _signal.ConnectionLost.Connect(change => told.TrySetResult(change));
        ConnectAndForget();

        Collect();

        var change = await told.Task.WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal((_signal, null, true), (change.Signal, change.Receiver, change.IsForAnySender));
    }

    [Fact]
    public void A_weak_sender_takes_its_connections_along()
    {
        _signal.Connect(_ => _calls.Add("kept"), this);
        ConnectWeakSenderAndForget();
        Assert.Equal(["first", "second"], _calls);

        Assert.True(Eventually(() => _signal.LostConnections == 2));

        Assert.Single(_signal.ReceiversFor(this));
    }

    [Fact]
    public void A_sender_that_is_held_strongly_stays()
    {
        var sender = ConnectStrongSenderAndForget();
        Collect();

        Assert.True(sender.TryGetTarget(out _));
        Assert.True(_signal.HasReceivers);
    }

    [Fact]
    public void What_ends_in_the_ordinary_way_is_not_lost()
    {
        var listener = new Listener(_calls, "a");
        _signal.Connect(listener.Hear, Weakly).Dispose();
        _signal.Connect(listener.Hear, Weakly);
        _signal.Disconnect(listener.Hear);

        GC.KeepAlive(listener);
        Collect();

        Assert.Equal(0, _signal.LostConnections);
        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public void A_weak_and_a_strong_connection_of_one_receiver_are_one_call_and_keep_it()
    {
        ConnectWeaklyAndStronglyAndForget();
        Collect();

        _signal.Send(new Ping());

        Assert.Equal(["both"], _calls);
    }

    [Fact]
    public void A_static_receiver_stays()
    {
        _signal.Connect(Ignore, Weakly);
        Collect();

        Assert.True(_signal.HasReceivers);
        Assert.Equal(0, _signal.LostConnections);
    }

    [Fact]
    public void A_signal_does_not_live_as_long_as_its_weak_receivers()
    {
        var listener = new Listener(_calls, "a");
        var signal = ConnectToASignalAndForget(listener);

        Collect();

        Assert.False(signal.TryGetTarget(out _));
        GC.KeepAlive(listener);
    }

    [Fact]
    public void A_connection_that_was_disposed_holds_nothing()
    {
        var (connection, target) = ConnectAndDispose();

        Collect();

        Assert.False(target.TryGetTarget(out _));
        GC.KeepAlive(connection);
    }

    [Fact]
    public void Weak_and_once_go_together()
    {
        var listener = new Listener(_calls, "a");
        _signal.Connect(listener.Hear, Weakly with { Once = true });

        _signal.Send(new Ping());
        _signal.Send(new Ping());

        Assert.Equal(["a"], _calls);
        Assert.Equal(0, _signal.LostConnections);
    }

    [Fact]
    public void Sending_to_weak_receivers_allocates_nothing()
    {
        var listeners = Enumerable.Range(0, 4).Select(number => new Counter()).ToArray();
        Array.ForEach(listeners, listener => _signal.Connect(listener.Hear, Weakly));
        var ping = new Ping();

        Assert.Equal(0, Allocation.Of(() => _signal.Send(ping)));
        Assert.All(listeners, listener => Assert.Equal(3200, listener.Heard));
    }

    /// <summary>Collects until something holds; finalizers run on their own thread.</summary>
    internal static bool Eventually(Func<bool> condition) => SpinWait.SpinUntil(
        () =>
        {
            Collect();
            return condition();
        },
        TimeSpan.FromSeconds(30));

    internal static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ConnectToNumber(string name) => _signal.Connect(_ => _calls.Add(name), new ConnectOptions { Sender = 1000, WeakSender = true });

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference<Listener> ConnectToOneSenderAndDispose()
    {
        var listener = new Listener(_calls, "a");
        _signal.Connect(listener.Hear, this).Dispose();
        return new WeakReference<Listener>(listener);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference<Listener> ConnectAndForget()
    {
        var listener = new Listener(_calls, "forgotten");
        _signal.Connect(listener.Hear, Weakly);
        return new WeakReference<Listener>(listener);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ConnectAsynchronousAndForget() => _signal.Connect(new Listener(_calls, "async").HearAsync, Weakly);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ConnectWeakSenderAndForget()
    {
        var sender = new object();
        _signal.Connect(_ => _calls.Add("first"), new ConnectOptions { Sender = sender, WeakSender = true });
        _signal.Connect(_ => _calls.Add("second"), new ConnectOptions { Sender = sender, WeakSender = true });
        _signal.Send(sender, new Ping());
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference<object> ConnectStrongSenderAndForget()
    {
        var sender = new object();
        _signal.Connect(_ => { }, new ConnectOptions { Sender = sender, WeakSender = true });
        _signal.Connect(_ => _calls.Add("strong"), sender);
        return new WeakReference<object>(sender);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ConnectWeaklyAndStronglyAndForget()
    {
        var listener = new Listener(_calls, "both");
        _signal.Connect(listener.Hear, Weakly);
        _signal.Connect(listener.Hear);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference<Signal<Ping>> ConnectToASignalAndForget(Listener listener)
    {
        var signal = new Signal<Ping>();
        signal.Connect(listener.Hear, Weakly with { Sender = listener });
        signal.Connect(listener.Hear, Weakly with { Sender = listener, WeakSender = true });
        return new WeakReference<Signal<Ping>>(signal);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private (IDisposable Connection, WeakReference<Listener> Target) ConnectAndDispose()
    {
        var listener = new Listener(_calls, "a");
        var connection = _signal.Connect(listener.Hear, listener);
        connection.Dispose();
        return (connection, new WeakReference<Listener>(listener));
    }

    private static void Ignore(Ping ping)
    {
    }

    private sealed class Listener(List<string> calls, string name)
    {
        public void Hear(Ping ping) => calls.Add(name);

        public ValueTask HearAsync(Ping ping, CancellationToken cancel)
        {
            calls.Add(name);
            return default;
        }
    }

    private sealed class Counter
    {
        public int Heard { get; private set; }

        public void Hear(Ping ping) => Heard++;
    }
}
