using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Tests.Support;

namespace Aldis.Tests.Bus;

/// <summary>What a bus adds to the store of dead letters: looking for one, redriving at a rate, and an event in place of another.</summary>
public sealed class DeadLetterTests
{
    private readonly ConcurrentQueue<(string Id, Envelope Envelope, DateTimeOffset At)> _handled = new();
    private volatile bool _mended;

    [Fact]
    public async Task One_dead_letter_is_found_by_group_and_id()
    {
        await using var stage = await StartAsync();
        await stage.PublishAsync(new OrderPlaced("a!"));
        var id = await stage.PublishAsync(new OrderPlaced("b!"));
        await DeadAsync(stage, 2);
        var found = await stage.Bus.DeadLetters.FindAsync("billing", id, BusStage.Cancel);
        Assert.Equal((id, DeadLetter.Here), (found!.Envelope.Id, found.Where));
        Assert.Null(await stage.Bus.DeadLetters.FindAsync("mail", id, BusStage.Cancel));
        Assert.Null(await stage.Bus.DeadLetters.FindAsync("billing", EventId.New(stage.Time), BusStage.Cancel));
    }

    [Fact]
    public async Task Redriving_at_a_rate_takes_its_time_and_the_first_goes_at_once()
    {
        await using var stage = await StartAsync();
        for (var number = 0; number < 21; number++)
        {
            await stage.PublishAsync(new OrderPlaced($"{number}!"));
        }

        await DeadAsync(stage, 21);
        _mended = true;
        var begun = stage.Time.GetUtcNow();
        var redriving = stage.Bus.DeadLetters.RedriveAsync(DeadLetterFilter.All, new RedriveOptions { PerSecond = 10 }, BusStage.Cancel).AsTask();
        await Clock.StandingStillUntilAsync(() => _handled.Count == 1, "the first");
        Assert.Equal(21, await stage.Time.UntilAsync(redriving, "all"));
        await stage.UntilAsync(() => _handled.Count == 21, "all events");
        Assert.InRange(_handled.Max(one => one.At) - begun, TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
        Assert.Equal(Enumerable.Range(0, 21).Select(number => $"{number}!"), _handled.Select(one => one.Id));
    }

    [Fact]
    public async Task What_dies_again_while_others_are_redriven_stays_dead()
    {
        await using var stage = await StartAsync();
        await stage.PublishAsync(new OrderPlaced("a!"));
        await stage.PublishAsync(new OrderPlaced("b!"));
        await DeadAsync(stage, 2);
        var redriving = stage.Bus.DeadLetters.RedriveAsync(DeadLetterFilter.All, new RedriveOptions { PerSecond = 0.5 }, BusStage.Cancel).AsTask();
        Assert.Equal(2, await stage.Time.UntilAsync(redriving, "both"));
        await DeadAsync(stage, 2);
        await stage.Time.RunOnAsync(50);
        Assert.Equal(4, stage.Logs.Ids.Count(id => id == 203));
    }

    [Fact]
    public async Task Redriving_at_a_rate_can_be_ended_in_the_middle()
    {
        await using var stage = await StartAsync();
        await stage.PublishAsync(new OrderPlaced("a!"));
        await stage.PublishAsync(new OrderPlaced("b!"));
        await DeadAsync(stage, 2);
        _mended = true;
        using var enough = new CancellationTokenSource();
        var redriving = stage.Bus.DeadLetters.RedriveAsync(DeadLetterFilter.All, new RedriveOptions { PerSecond = 0.001 }, enough.Token).AsTask();
        await Clock.StandingStillUntilAsync(() => _handled.Count == 1, "the first");
        await enough.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => redriving);
        Assert.Single(await stage.DeadLettersAsync());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public async Task A_rate_that_is_none_is_refused(double rate)
    {
        await using var stage = await StartAsync();
        var error = await Assert.ThrowsAsync<ConfigurationException>(
            async () => await stage.Bus.DeadLetters.RedriveAsync(DeadLetterFilter.All, new RedriveOptions { PerSecond = rate }, BusStage.Cancel));
        Assert.Contains("RedriveOptions.PerSecond", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_rate_all_go_at_once()
    {
        await using var stage = await StartAsync();
        await stage.PublishAsync(new OrderPlaced("a!"));
        await stage.PublishAsync(new OrderPlaced("b!"));
        await DeadAsync(stage, 2);
        _mended = true;
        Assert.Equal(2, await stage.Bus.DeadLetters.RedriveAsync(DeadLetterFilter.All, new RedriveOptions(), BusStage.Cancel));
        await Clock.StandingStillUntilAsync(() => _handled.Count == 2, "both");
    }

    [Fact]
    public async Task A_corrected_event_takes_the_place_of_the_broken_one_and_names_it_as_its_cause()
    {
        await using var stage = await StartAsync();
        var options = new PublishOptions { Key = "k", Headers = Headers.Of(("tenant", "blue"), ("correlationid", "story")) };
        var id = await stage.PublishAsync(new OrderPlaced("a!"), options);
        await DeadAsync(stage, 1);
        await stage.PublishAsync(new OrderPlaced("b"), options);
        await stage.Time.RunOnAsync();
        var letter = await stage.Bus.DeadLetters.FindAsync("billing", id, BusStage.Cancel);
        Assert.Equal((true, 1), (letter!.HoldsKey, letter.Parked));
        Assert.True(await stage.Bus.DeadLetters.ReplaceAsync(letter, new OrderPlaced("a"), BusStage.Cancel));
        await stage.UntilAsync(() => _handled.Count == 2, "both events");
        Assert.Equal(["a", "b"], _handled.Select(one => one.Id));
        var copy = _handled.First().Envelope;
        Assert.NotEqual(id, copy.Id);
        Assert.Equal(("k", "blue", "story", id.ToString()), (copy.Key, copy.Headers["tenant"], copy.Headers["correlationid"], copy.Headers["causationid"]));
        Assert.Empty(await stage.DeadLettersAsync());
        Assert.False(await stage.Bus.DeadLetters.ReplaceAsync(letter, new OrderPlaced("again"), BusStage.Cancel));
    }

    [Fact]
    public async Task An_event_of_another_topic_is_refused()
    {
        await using var stage = await StartAsync(bus => bus.AddEvent<OrderShipped>());
        var id = await stage.PublishAsync(new OrderPlaced("a!"));
        await DeadAsync(stage, 1);
        var letter = await stage.Bus.DeadLetters.FindAsync("billing", id, BusStage.Cancel);
        var error = await Assert.ThrowsAsync<AldisException>(async () => await stage.Bus.DeadLetters.ReplaceAsync(letter!, new OrderShipped("a"), BusStage.Cancel));
        Assert.Equal("ALD1420", error.Code);
        Assert.Single(await stage.DeadLettersAsync());
    }

    [Fact]
    public async Task Raw_bytes_that_no_handler_could_read_can_be_replaced_by_bytes_that_it_can()
    {
        await using var stage = await StartAsync();
        await stage.SendAsync(Envelopes.Of("orders.placed", "{not json"));
        await DeadAsync(stage, 1);
        var letter = Assert.Single(await stage.DeadLettersAsync());
        var copy = letter.Envelope with { Id = EventId.New(stage.Time), Body = """{"id":"a"}"""u8.ToArray() };
        Assert.True(await stage.Bus.DeadLetters.ReplaceAsync(letter, copy, BusStage.Cancel));
        await stage.UntilAsync(() => _handled.Count == 1, "the copy");
        Assert.Equal("a", _handled.Single().Id);
    }

    [Fact]
    public async Task A_copy_over_a_limit_is_refused()
    {
        await using var stage = await StartAsync(bus => bus.Limits = new EventLimits { MaxBodyBytes = 20 });
        await stage.PublishAsync(new OrderPlaced("a!"));
        await DeadAsync(stage, 1);
        var letter = Assert.Single(await stage.DeadLettersAsync());
        var copy = letter.Envelope with { Id = EventId.New(stage.Time), Body = new byte[21] };
        Assert.Equal("ALD1003", (await Assert.ThrowsAsync<AldisException>(async () => await stage.Bus.DeadLetters.ReplaceAsync(letter, copy, BusStage.Cancel))).Code);
        Assert.Single(await stage.DeadLettersAsync());
    }

    /// <summary>A bus whose handler gives up what ends with an exclamation mark.</summary>
    private Task<BusStage> StartAsync(Action<EventBusBuilder>? configure = null) => BusStage.StartedAsync(bus =>
    {
        bus.Subscribe<OrderPlaced>("billing", (order, context) =>
        {
            if (order.Id.EndsWith('!') && !_mended)
            {
                throw new DeadLetterException("An order does not shout.");
            }

            _handled.Enqueue((order.Id, context.Envelope, bus.Time.GetUtcNow()));
            return ValueTask.CompletedTask;
        });
        configure?.Invoke(bus);
    });

    private static Task DeadAsync(BusStage stage, int count) => stage.Time.UntilAsync(async () => (await stage.DeadLettersAsync()).Count == count, $"{count} dead letters");
}
