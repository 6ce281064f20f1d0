using System.Collections.Concurrent;
using Aldis.Errors;
using Aldis.Tests.Support;
using Aldis.Transports;

namespace Aldis.Tests.Bus;

public sealed class TimetableTests : IAsyncDisposable
{
    private static readonly TimeSpan _hour = TimeSpan.FromHours(1);

    private readonly Clock _time = new();
    private readonly SetClock _wall;
    private readonly InMemoryTransport _store;
    private readonly ConcurrentQueue<DateTimeOffset> _slots = new();
    private readonly List<EventBus> _buses = [];
    private readonly RecordedLogs _logs = new();

    public TimetableTests()
    {
        _wall = new SetClock(_time);
        _store = new InMemoryTransport(new InMemoryOptions(), _wall);
    }

    private static DateTimeOffset Beginning { get; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task Each_slot_is_published_once_however_many_have_the_timetable()
    {
        await StartAsync();
        await StartAsync();
        await StartAsync();
        await PassAsync(5 * _hour);
        await UntilAsync(5);
        Assert.Equal(Enumerable.Range(1, 5).Select(hour => Beginning + (hour * _hour)), _slots);
    }

    [Theory]
    [InlineData(WhenMissed.RunLast, 1)]
    [InlineData(WhenMissed.Skip, 0)]
    [InlineData(WhenMissed.RunAll, 9)]
    public async Task Slots_that_nobody_was_there_for_are_run_as_was_said(WhenMissed whenMissed, int run)
    {
        await StopAsync(await StartAsync(whenMissed));
        _time.Advance((9 * _hour) + TimeSpan.FromMinutes(30));
        await StartAsync(whenMissed);
        await _time.UntilAsync(() => _logs.Ids.Contains(302), "the missed slots to be noticed");
        await PassAsync(_hour / 2);
        await UntilAsync(run + 1);
        Assert.Equal(Enumerable.Range(10 - run, run + 1).Select(hour => Beginning + (hour * _hour)), _slots);
    }

    [Fact]
    public async Task A_clock_that_is_put_back_an_hour_repeats_nothing()
    {
        await StartAsync();
        await PassAsync(2 * _hour);
        await UntilAsync(2);
        _wall.Offset = -_hour;
        await PassAsync(2 * _hour);
        await UntilAsync(3);
        Assert.Equal([1, 2, 3], _slots.Select(slot => (int)(slot - Beginning).TotalHours));
    }

    [Fact]
    public async Task A_clock_that_was_ten_years_ahead_for_a_while_does_not_stop_the_timetable()
    {
        await StartAsync();
        await PassAsync(_hour);
        await UntilAsync(1);
        _wall.Offset = TimeSpan.FromDays(3653);
        await PassAsync(_hour);
        await UntilAsync(4);
        _wall.Offset = TimeSpan.Zero;
        await PassAsync(2 * _hour);
        await UntilAsync(6);

        // The newest of those that seemed to be missed, the one of the hour, the one an hour later; then as if nothing had been.
        Assert.Equal([1, 87672, 87673, 87674, 3, 4], _slots.Select(slot => (int)(slot - Beginning).TotalHours));
    }

    [Fact]
    public async Task Two_timetables_of_one_name_are_refused()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(async () => await EventBus.StartAsync(bus => bus.UseInMemory()
            .AddSchedule("hourly", Timetable.Every(_hour), slot => new OrderPlaced("A")).AddSchedule("hourly", Timetable.Every(_hour), slot => new OrderPlaced("B"))));
        Assert.Equal(ErrorCodes.InvalidOption, Assert.Single(error.Faults).Code);
    }

    [Fact]
    public void An_interval_of_less_than_a_second_is_refused()
        => Assert.Equal(ErrorCodes.InvalidOption, Assert.Throws<AldisException>(() => Timetable.Every(TimeSpan.FromMilliseconds(999))).Fault.Code);

    public async ValueTask DisposeAsync()
    {
        foreach (var bus in _buses)
        {
            await StopAsync(bus);
        }
    }

    private async Task<EventBus> StartAsync(WhenMissed whenMissed = WhenMissed.RunLast)
    {
        var builder = new EventBusBuilder { Time = _wall, Loggers = _logs, Random = new Random(1) };
        builder.UseTransport(_ => _store)
            .AddSchedule("hourly", Timetable.Every(_hour), slot => new OrderPlaced(slot.ToString("O")), new ScheduleOptions { WhenMissed = whenMissed })
            .Subscribe<OrderPlaced>("billing", (order, _) =>
            {
                _slots.Enqueue(DateTimeOffset.Parse(order.Id, System.Globalization.CultureInfo.InvariantCulture));
                return ValueTask.CompletedTask;
            });
        var bus = builder.Build();
        await bus.StartAsync(TestContext.Current.CancellationToken);
        _buses.Add(bus);
        await _time.RunOnAsync(5);
        return bus;
    }

    private Task StopAsync(EventBus bus) => _time.UntilAsync(bus.StopAsync(new CancellationToken(canceled: true)).AsTask(), "the bus to stop");

    private async Task PassAsync(TimeSpan span)
    {
        for (var end = _time.GetUtcNow() + span; _time.GetUtcNow() < end;)
        {
            _time.Advance(TimeSpan.FromSeconds(20));
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
    }

    private async Task UntilAsync(int slots)
    {
        await Clock.StandingStillUntilAsync(() => _slots.Count >= slots, $"{slots} slots");
        await _time.RunOnAsync(5);
        Assert.Equal(slots, _slots.Count);
    }
}
