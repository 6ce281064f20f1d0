namespace Aldis.Tests.Signals;

/// <summary>Counts the bytes that an action allocates on this thread once it is warm.</summary>
internal static class Allocation
{
    public static long Of(Action action)
    {
        for (var round = 0; round < 200; round++)
        {
            action();
        }

        // The runtime itself allocates now and then, for example when it recompiles; what an action allocates is there each time.
        return Enumerable.Range(0, 3).Min(_ => OfThousand(action));
    }

    public static long OfAsync(Func<ValueTask> action) => Of(() => AssertComplete(action()));

    private static long OfThousand(Action action)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void AssertComplete(ValueTask pending) => Assert.True(pending.IsCompletedSuccessfully);
}
