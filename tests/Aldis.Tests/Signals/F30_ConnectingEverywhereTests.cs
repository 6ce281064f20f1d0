using System.Runtime.CompilerServices;

namespace Aldis.Tests.Signals;

/// <summary>Alone, because memory is counted for the whole process.</summary>
[CollectionDefinition(nameof(F30_ConnectingEverywhereTests), DisableParallelization = true)]
[Collection(nameof(F30_ConnectingEverywhereTests))]
[Trait("Failure", "F30")]
public sealed class F30_ConnectingEverywhereTests
{
    private const int ThreadCount = 64;

    [Fact]
    public void While_64_threads_connect_disconnect_and_dispose_also_inside_receivers_nothing_is_lost_or_doubled()
    {
        var signal = new Signal<Count>();
        foreach (var place in Enumerable.Range(0, 8))
        {
            signal.Connect(count => count.Permanent[place]++);
        }

        var operations = Figures.Size(everyday: 200_000, full: 10_000_000);
        var wrong = 0L;
        Threads.Run(ThreadCount, number =>
        {
            var worker = new Worker(signal, sender: number % 4);
            while (worker.Operations < operations / ThreadCount)
            {
                worker.Round();
            }

            Interlocked.Add(ref wrong, worker.Wrong);
        });

        var last = new Count();
        signal.Send(last);
        Figures.Print("F30", $"threads {ThreadCount}, operations {operations}, lost or doubled {wrong}, receivers left {signal.ReceiversFor(null).Count} of 8");
        Assert.Equal(0, wrong);
        Assert.All(last.Permanent, calls => Assert.Equal(1, calls));
        Assert.Equal(8, signal.ReceiversFor(null).Count);
        Assert.All(Enumerable.Range(0, 4), sender => Assert.Equal(8, signal.ReceiversFor(sender).Count));
    }

    [Fact]
    public void After_many_connections_that_were_disposed_the_memory_is_what_it_was()
    {
        var times = Figures.Size(everyday: 100_000, full: 1_000_000);
        var signal = new Signal<Count>();
        var listener = new Listener();
        signal.Connect(listener.Hear);
        ConnectAndDispose(signal, listener, times: 1000);
        var before = Memory();

        ConnectAndDispose(signal, listener, times);

        var grown = Memory() - before;
        Figures.Print("F30-memory", $"connections {4L * times}, grown by {grown} bytes (bound 1048576)");
        Assert.InRange(grown, long.MinValue, 1024 * 1024);
        GC.KeepAlive(signal);
    }

    [Fact]
    public void Weak_receivers_are_collected_and_all_of_them_are_counted()
    {
        var times = Figures.Size(everyday: 10_000, full: 100_000);
        var signal = new Signal<Count>();
        var before = Memory();
        for (var batch = 0; batch < times / 1000; batch++)
        {
            ConnectWeakly(signal, 1000);
            WeakConnectionTests.Collect();
        }

        Assert.True(WeakConnectionTests.Eventually(() => !signal.HasReceivers));
        var grown = Memory() - before;
        Figures.Print("F30-weak", $"weak receivers {times}, collected {signal.LostConnections}, grown by {grown} bytes (bound 1048576)");
        Assert.Equal(times, signal.LostConnections);
        Assert.InRange(grown, long.MinValue, 1024 * 1024);
    }

    private static long Memory()
    {
        WeakConnectionTests.Collect();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ConnectAndDispose(Signal<Count> signal, Listener listener, int times)
    {
        for (var time = 0; time < times; time++)
        {
            using var any = signal.Connect(listener.Hear);
            using var one = signal.Connect(listener.Hear, new object());
            using var weak = signal.Connect(listener.Hear, new ConnectOptions { WeakReceiver = true });
            using var weakSender = signal.Connect(listener.Hear, new ConnectOptions { Sender = listener, WeakSender = true });
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ConnectWeakly(Signal<Count> signal, int times)
    {
        for (var time = 0; time < times; time++)
        {
            signal.Connect(new Listener().Hear, new ConnectOptions { WeakReceiver = true });
        }
    }

    /// <summary>What one send reaches: each brings its own, so that a number that is wrong is that send's fault.</summary>
    private sealed class Count
    {
        public int[] Permanent { get; } = new int[8];

        public int Own { get; set; }

        public int Inner { get; set; }

        public int Late { get; set; }
    }

    private sealed class Listener
    {
        public void Hear(Count count)
        {
        }
    }

    /// <summary>One thread. Every connect, dispose, disconnect and send counts as an operation.</summary>
    private sealed class Worker(Signal<Count> signal, object sender)
    {
        private Count _mine = new();
        private IDisposable? _inner;
        private int _round;

        public int Operations { get; private set; }

        public long Wrong { get; private set; }

        public void Round()
        {
            _mine = new Count();
            Action<Count> late = Late;
            using (signal.Connect(Own))
            using (_round++ % 2 == 0 ? signal.Connect(Own, sender) : null)
            using (signal.Connect(late, sender))
            {
                signal.Send(sender, _mine);
            }

            signal.Disconnect(late);
            Check(own: 1, inner: 0);

            // The receiver that was connected inside the first send gets the second one, and then ends.
            signal.Send(sender, _mine);
            _inner?.Dispose();
            signal.Send("nobody's", _mine);
            Check(own: 1, inner: 1, sends: 3);
            Operations += 12;
        }

        private void Check(int own, int inner, int sends = 1)
        {
            var right = _mine.Own == own && _mine.Inner == inner && _mine.Late == 0 && Array.TrueForAll(_mine.Permanent, calls => calls == sends);
            Wrong += right ? 0 : 1;
        }

        /// <summary>Disconnects a receiver whose turn in this send comes later, and connects one that this send must not reach.</summary>
        private void Own(Count count)
        {
            if (count == _mine)
            {
                count.Own++;
                signal.Disconnect(Late);
                _inner = signal.Connect(Inner, sender);
            }
        }

        private void Inner(Count count) => count.Inner += count == _mine ? 1 : 0;

        private void Late(Count count) => count.Late += count == _mine ? 1 : 0;
    }
}
