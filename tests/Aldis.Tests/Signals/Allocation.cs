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

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 1000; round++)
        {
            action();
        }

        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    public static long OfAsync(Func<ValueTask> action) => Of(() => AssertComplete(action()));

    private static void AssertComplete(ValueTask pending) => Assert.True(pending.IsCompletedSuccessfully);
}
