using System.Diagnostics;

namespace Aldis.Benchmarks;

/// <summary>One round of the pipeline. <see cref="LibraryCopy"/> finds it by name, in each copy of this program.</summary>
internal static class PipelineRound
{
    private const int Publishers = 64;

    /// <summary>Publishes, handles and settles so many events in memory.</summary>
    /// <returns>Events per second, bytes allocated for each, and events per second of processor time.</returns>
    public static async Task<double[]> RunAsync(int events)
    {
        var text = new string('x', 170);
        var handled = 0;
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var bus = await EventBus.StartAsync(bus => bus.UseInMemory().Subscribe<Measured>("bench", (_, _) =>
        {
            if (Interlocked.Increment(ref handled) == events)
            {
                done.SetResult();
            }

            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { MaxUnsettled = 1024 }));
        GC.Collect();
        var bytes = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Publishers).Select(async publisher =>
        {
            await Task.Yield();
            for (var number = publisher; number < events; number += Publishers)
            {
                await bus.PublishAsync(new Measured(number, text));
            }
        }));
        await done.Task;

        // The end of the bus waits until everything is settled.
        await bus.DisposeAsync();
        var seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        var worked = (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
        return [events / seconds, (double)(GC.GetTotalAllocatedBytes(precise: true) - bytes) / events, events / worked];
    }
}
