namespace Aldis.Tests.Signals;

public sealed class SignalStressTests
{
    private const int ThreadCount = 64;
    private const int Rounds = 200;

    [Fact]
    public void While_64_threads_connect_dispose_and_send_nothing_is_lost_or_doubled()
    {
        var signal = new Signal<int[]>();
        var wrong = 0;
        foreach (var place in Enumerable.Range(0, 8))
        {
            // Each send brings its own array: a place that is not 1 afterwards is an event lost or doubled for that receiver.
            signal.Connect(seen => seen[place]++);
        }

        Threads.Run(ThreadCount, number =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                if (!Round(signal, number, round))
                {
                    Interlocked.Increment(ref wrong);
                }
            }
        });

        Assert.Equal(0, wrong);
        var last = new int[10];
        signal.Send(last);
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 0, 0], last);
    }

    [Fact]
    public void After_all_have_left_nobody_is_connected()
    {
        var signal = new Signal<Ping>();
        Action<Ping> shared = _ => { };

        Threads.Run(ThreadCount, number =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                using var any = signal.Connect(shared);
                using var own = signal.Connect(shared, number % 4);
                signal.Send(number % 4, new Ping());
            }
        });

        Assert.False(signal.HasReceivers);
    }

    private static bool Round(Signal<int[]> signal, int number, int round)
    {
        var sender = number % 4;
        var seen = new int[10];
        Action<int[]> own = target =>
        {
            if (target == seen)
            {
                target[8]++;
            }
        };

        using (signal.Connect(own))
        using (round % 2 == 0 ? signal.Connect(own, sender) : null)
        {
            signal.Send(sender, seen);
        }

        // After the connections are gone, so that place 8 must stay as it is.
        signal.Send(sender, new int[10]);
        var once = seen.Take(9).All(count => count == 1);
        signal.Send(sender, seen);
        return once && seen.Take(8).All(count => count == 2) && seen[8] == 1;
    }
}
