using System.Collections.Concurrent;
using System.Threading.Channels;
using Aldis.Dispatch;
using Aldis.Tests.Support;

namespace Aldis.Tests.Dispatch;

public sealed class BatcherTests
{
    private readonly ConcurrentQueue<int[]> _batches = new();
    private readonly Gate _gate = new();

    [Fact]
    public async Task It_does_not_need_the_thread_that_adds_even_when_that_has_a_context()
    {
        _gate.Open();
        var before = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(new BusyContext());
        var batcher = Make();
        var first = batcher.AddAsync(1, BusStage.Cancel).AsTask();
        var second = batcher.AddAsync(2, BusStage.Cancel).AsTask();
        SynchronizationContext.SetSynchronizationContext(before);

        await Task.WhenAll(first, second);
        await Clock.StandingStillUntilAsync(() => _batches.Sum(batch => batch.Length) == 2, "both items");
        await batcher.DisposeAsync();
    }

    [Fact]
    public async Task A_lone_item_goes_at_once()
    {
        _gate.Open();
        await using var batcher = Make();
        await batcher.AddAsync(1, BusStage.Cancel);
        await Clock.StandingStillUntilAsync(() => _batches.Count == 1, "the batch");
    }

    [Fact]
    public async Task What_comes_while_a_batch_is_on_its_way_goes_as_one()
    {
        await using var batcher = Make();
        for (var number = 0; number < 10; number++)
        {
            await batcher.AddAsync(number, BusStage.Cancel);
        }

        Assert.Equal(1, _gate.Inside);
        _gate.Open();
        await Clock.StandingStillUntilAsync(() => _batches.Count == 2, "two batches");
        Assert.Equal([[0], [1, 2, 3, 4, 5, 6, 7, 8, 9]], _batches);
        Assert.Equal(1, _gate.MostInside);
    }

    [Fact]
    public async Task A_batch_is_no_longer_than_it_may_be()
    {
        await using (var batcher = Make(maxBatch: 4))
        {
            for (var number = 0; number < 10; number++)
            {
                await batcher.AddAsync(number, BusStage.Cancel);
            }

            _gate.Open();
        }

        Assert.Equal([[0], [1, 2, 3, 4], [5, 6, 7, 8], [9]], _batches);
    }

    [Fact]
    public async Task When_it_is_full_adding_waits_and_can_be_cancelled()
    {
        await using var batcher = Make(capacity: 2);
        for (var number = 0; number < 3; number++)
        {
            await batcher.AddAsync(number, BusStage.Cancel);
        }

        using var cancel = new CancellationTokenSource();
        var (fourth, fifth) = (batcher.AddAsync(3, BusStage.Cancel).AsTask(), batcher.AddAsync(4, cancel.Token).AsTask());
        Assert.False(fourth.IsCompleted);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => fifth);
        _gate.Open();
        await fourth.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        await Clock.StandingStillUntilAsync(() => _batches.Sum(batch => batch.Length) == 4, "four items");
        Assert.Equal([0, 1, 2, 3], _batches.SelectMany(batch => batch));
    }

    [Fact]
    public async Task Disposing_sends_what_waits_and_takes_nothing_more()
    {
        var batcher = Make();
        for (var number = 0; number < 5; number++)
        {
            await batcher.AddAsync(number, BusStage.Cancel);
        }

        var disposing = batcher.DisposeAsync().AsTask();
        Assert.False(disposing.IsCompleted);
        await Assert.ThrowsAsync<ChannelClosedException>(async () => await batcher.AddAsync(9, BusStage.Cancel));
        _gate.Open();
        await disposing.WaitAsync(TimeSpan.FromSeconds(10), BusStage.Cancel);
        Assert.Equal([0, 1, 2, 3, 4], _batches.SelectMany(batch => batch));
    }

    [Fact]
    public async Task Many_callers_lose_nothing()
    {
        _gate.Open();
        await using (var batcher = Make(maxBatch: 7, capacity: 11))
        {
            await Task.WhenAll(Enumerable.Range(0, 8).Select(async caller =>
            {
                await Task.Yield();
                for (var number = 0; number < 500; number++)
                {
                    await batcher.AddAsync((caller * 1000) + number, BusStage.Cancel);
                }
            }));
        }

        var items = _batches.SelectMany(batch => batch).ToArray();
        Assert.Equal(4000, items.Distinct().Count());
        Assert.All(items.GroupBy(item => item / 1000), caller => Assert.Equal(caller.Order(), caller));
        Assert.InRange(_batches.Max(batch => batch.Length), 1, 7);
    }

    private Batcher<int> Make(int maxBatch = 100, int capacity = 100) => new(FlushAsync, maxBatch, capacity);

    private async ValueTask FlushAsync(ReadOnlyMemory<int> batch)
    {
        await _gate.PassAsync();
        _batches.Enqueue(batch.ToArray());
    }

    /// <summary>The context of a thread that does not come round to what is posted to it.</summary>
    private sealed class BusyContext : SynchronizationContext
    {
        public override void Post(SendOrPostCallback d, object? state)
        {
        }
    }
}
