using Aldis.Dispatch;
using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

public sealed class SlotsTests
{
    [Fact]
    public async Task All_that_are_free_are_taken()
    {
        var slots = new Slots(5);
        Assert.Equal(5, await slots.TakeAsync(1, BusStage.Cancel));
        slots.Return(2);
        Assert.Equal(2, await slots.TakeAsync(1, BusStage.Cancel));
    }

    [Fact]
    public async Task Taking_waits_until_enough_are_free()
    {
        var slots = new Slots(3);
        await slots.TakeAsync(3, BusStage.Cancel);
        var taking = slots.TakeAsync(2, BusStage.Cancel).AsTask();
        slots.Return(1);
        Assert.False(taking.IsCompleted);
        slots.Return(0);
        Assert.False(taking.IsCompleted);
        slots.Return(1);
        Assert.Equal(2, await taking.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel));
    }

    [Fact]
    public async Task Waiting_can_be_cancelled_and_takes_nothing()
    {
        var slots = new Slots(1);
        await slots.TakeAsync(1, BusStage.Cancel);
        using var cancel = new CancellationTokenSource();
        var taking = slots.TakeAsync(1, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => taking);
        slots.Return(1);
        Assert.Equal(1, await slots.TakeAsync(1, BusStage.Cancel));
    }

    [Fact]
    public async Task None_is_lost_or_made_up_under_load()
    {
        const int Count = 16;
        var slots = new Slots(Count);
        for (var round = 0; round < 2000; round++)
        {
            var taken = await slots.TakeAsync(1, BusStage.Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
            Assert.InRange(taken, 1, Count);
            for (var slot = 0; slot < taken; slot++)
            {
                ThreadPool.UnsafeQueueUserWorkItem(static slots => slots.Return(1), slots, preferLocal: false);
            }
        }

        Assert.Equal(Count, await slots.TakeAsync(Count, BusStage.Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel));
    }
}
