using System.Reactive.Linq;

namespace Aldis.Tests.Signals;

public sealed class SignalViewTests
{
    private readonly Signal<Ping> _signal = new();

    [Fact]
    public async Task A_buffer_keeps_what_is_sent_before_it_is_read()
    {
        using var buffer = _signal.Buffer(10, WhenFull.Fail);
        _signal.Send(new Ping(1));
        _signal.Send(new Ping(2));
        buffer.Dispose();
        _signal.Send(new Ping(3));

        Assert.Equal([1, 2], await ReadAsync(buffer));
        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public async Task Leaving_the_loop_ends_the_connection()
    {
        var buffer = _signal.Buffer(10, WhenFull.Fail);
        _signal.Send(new Ping(1));
        await foreach (var _ in buffer.WithCancellation(TestContext.Current.CancellationToken))
        {
            break;
        }

        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public async Task A_loop_waits_for_the_next_event()
    {
        using var buffer = _signal.Buffer(1, WhenFull.Fail);
        var reading = buffer.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        var next = reading.MoveNextAsync();
        Assert.False(next.IsCompleted);

        _signal.Send(new Ping(5));

        Assert.True(await next);
        Assert.Equal(5, reading.Current.Number);
    }

    [Fact]
    public async Task A_loop_can_be_cancelled()
    {
        using var cancel = new CancellationTokenSource();
        var next = _signal.Buffer(1, WhenFull.Fail).GetAsyncEnumerator(cancel.Token).MoveNextAsync();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await next);
        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public async Task A_full_buffer_drops_the_oldest_and_counts_it()
        => Assert.Equal("2 3, 1 dropped", await SendThreeIntoTwo(WhenFull.DropOldest));

    [Fact]
    public async Task A_full_buffer_drops_the_newest_and_counts_it()
        => Assert.Equal("1 2, 1 dropped", await SendThreeIntoTwo(WhenFull.DropNewest));

    [Fact]
    public async Task A_full_buffer_fails_the_sender()
    {
        using var buffer = _signal.Buffer(1, WhenFull.Fail);
        _signal.Send(new Ping(1));

        Assert.Equal("ALD1503", Assert.Throws<AldisException>(() => _signal.Send(new Ping(2))).Code);

        buffer.Dispose();
        Assert.Equal([1], await ReadAsync(buffer));
    }

    [Fact]
    public async Task A_full_buffer_lets_the_sender_wait()
    {
        using var buffer = _signal.Buffer(1, WhenFull.Wait);
        Assert.Equal("ALD1502", Assert.Throws<AldisException>(() => _signal.Send(new Ping())).Code);
        await _signal.SendAsync(new Ping(1));
        var second = _signal.SendAsync(new Ping(2)).AsTask();
        Assert.False(second.IsCompleted);

        var reading = buffer.GetAsyncEnumerator(TestContext.Current.CancellationToken);
        Assert.True(await reading.MoveNextAsync());
        await second;
        Assert.True(await reading.MoveNextAsync());

        Assert.Equal(2, reading.Current.Number);
    }

    [Fact]
    public async Task A_sender_that_waits_goes_on_when_the_buffer_is_disposed()
    {
        var buffer = _signal.Buffer(1, WhenFull.Wait);
        await _signal.SendAsync(new Ping(1));
        var second = _signal.SendAsync(new Ping(2)).AsTask();

        buffer.Dispose();

        await second;
        Assert.Equal([1], await ReadAsync(buffer));
    }

    [Fact]
    public async Task A_buffer_may_take_the_events_of_one_sender()
    {
        using var buffer = _signal.Buffer(10, WhenFull.Fail, sender: this);
        _signal.Send("another", new Ping(1));
        _signal.Send(this, new Ping(2));
        buffer.Dispose();

        Assert.Equal([2], await ReadAsync(buffer));
    }

    [Fact]
    public void A_buffer_without_room_is_refused()
        => Assert.Throws<ArgumentOutOfRangeException>(() => _signal.Buffer(0, WhenFull.Wait));

    [Fact]
    public void A_signal_works_with_the_operators_of_Rx()
    {
        var seen = new List<int>();
        using (_signal.AsObservable().Where(ping => ping.Number > 1).Select(ping => ping.Number * 10).Subscribe(seen.Add))
        using (_signal.AsObservable(this).Subscribe(ping => seen.Add(-ping.Number)))
        {
            _signal.Send(new Ping(1));
            _signal.Send(this, new Ping(2));
        }

        _signal.Send(new Ping(3));

        Assert.Equal([20, -2], seen);
        Assert.False(_signal.HasReceivers);
    }

    [Fact]
    public void A_subject_works_with_the_operators_of_Rx()
    {
        var seen = new List<string>();
        var subject = new Subject<Ping>();
        subject.OfType<LoudPing>().Select(ping => $"{ping.Number}").Subscribe(seen.Add, () => seen.Add("end"));

        subject.Notify(new Ping(1));
        subject.Notify(new LoudPing(2));
        subject.Complete();

        Assert.Equal(["2", "end"], seen);
    }

    private async Task<string> SendThreeIntoTwo(WhenFull whenFull)
    {
        using var buffer = _signal.Buffer(2, whenFull);
        foreach (var number in Enumerable.Range(1, 3))
        {
            _signal.Send(new Ping(number));
        }

        buffer.Dispose();
        return $"{string.Join(' ', await ReadAsync(buffer))}, {buffer.Dropped} dropped";
    }

    private static async Task<IEnumerable<int>> ReadAsync(SignalBuffer<Ping> buffer)
    {
        var numbers = new List<int>();
        await foreach (var ping in buffer.WithCancellation(TestContext.Current.CancellationToken))
        {
            numbers.Add(ping.Number);
        }

        return numbers;
    }
}
