using System.Collections.Concurrent;
using Aldis.Dispatch;
using Aldis.Events;
using Aldis.Tests.Support;
using Aldis.Transports;

namespace Aldis.Tests.Dispatch;

/// <summary>How what many publish is cut into calls of the transport.</summary>
public sealed class PublisherTests
{
    [Fact]
    public async Task As_many_calls_are_under_way_as_the_sender_wants_each_with_no_more_than_it_wants()
    {
        var sender = new HeldSender();
        await using var publisher = new Publisher(sender, static _ => { }, CancellationToken.None);
        Task<bool>[] published = [.. Enumerable.Range(0, 20).Select(_ => publisher.PublishAsync(New(), WhenFull.Wait, CancellationToken.None).AsTask())];
        await sender.Both;
        Assert.All(published, one => Assert.False(one.IsCompleted));
        sender.Release();
        Assert.All(await Task.WhenAll(published), Assert.True);
        Assert.Equal(2, sender.MostUnderWay);
        Assert.Equal(20, sender.Sizes.Sum());
        Assert.All(sender.Sizes, size => Assert.InRange(size, 1, 3));
    }

    [Fact]
    public async Task Who_published_is_told_when_its_own_call_is_through_whatever_becomes_of_the_others()
    {
        var sender = new HeldSender();
        await using var publisher = new Publisher(sender, static _ => { }, CancellationToken.None);
        Task<bool>[] published = [.. Enumerable.Range(0, 6).Select(_ => publisher.PublishAsync(New(), WhenFull.Wait, CancellationToken.None).AsTask())];
        await sender.Both;
        sender.ReleaseOne();
        Assert.True(await await Task.WhenAny(published));
        Assert.Contains(published, one => !one.IsCompleted);
        sender.Release();
        await Task.WhenAll(published);
    }

    private static Envelope New() => new()
    {
        Id = EventId.New(TimeProvider.System), Topic = TopicName.Parse("cut"), Type = "cut", Source = "/tests", Time = DateTimeOffset.UtcNow, ContentType = "application/json", Body = "{}"u8.ToArray(),
    };

    /// <summary>Takes two calls of three at a time, and holds them until they are released.</summary>
    private sealed class HeldSender : ISender
    {
        private readonly SemaphoreSlim _released = new(0);
        private readonly TaskCompletionSource _both = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _underWay;

        public int MaxCalls => 2;

        public int MaxBatch => 3;

        public Task Both => _both.Task;

        public ConcurrentBag<int> Sizes { get; } = [];

        public int MostUnderWay { get; private set; }

        public void ReleaseOne() => _released.Release();

        public void Release() => _released.Release(100);

        public async ValueTask SendAsync(ReadOnlyMemory<Envelope> batch, CancellationToken cancel)
        {
            Sizes.Add(batch.Length);
            MostUnderWay = Math.Max(MostUnderWay, Interlocked.Increment(ref _underWay));
            if (MostUnderWay == MaxCalls)
            {
                _both.TrySetResult();
            }

            await _released.WaitAsync(cancel);
            Interlocked.Decrement(ref _underWay);
        }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
