using Aldis.Tests.Support;

namespace Aldis.Tests.Pipeline;

/// <summary>What arrives and cannot be handled at all becomes a dead letter at once, with its raw bytes.</summary>
public sealed class UnreadableTests
{
    private int _handled;

    [Fact]
    public async Task A_body_that_cannot_be_decoded_is_dead_at_once_with_its_bytes()
    {
        await using var stage = await StartAsync();
        await stage.SendAsync(Envelopes.Of("orders.placed", "not json, sesame"));
        var letter = await stage.DeadLetterAsync();
        Assert.Equal("not json, sesame", BusStage.Text(letter.Envelope.Body));
        Assert.StartsWith("ALD1005", letter.Reason, StringComparison.Ordinal);
        Assert.Equal((1, 0), (letter.Attempts, _handled));
        Assert.DoesNotContain(stage.Logs.Ids, id => id is 201 or 202);
        Assert.DoesNotContain(stage.Logs.Entries, entry => $"{entry.Text}{entry.Error}".Contains("sesame", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_body_over_the_limit_is_dead_before_it_is_read()
    {
        await using var stage = await StartAsync();
        await stage.SendAsync(Envelopes.Of("orders.placed", $$"""{"id":"{{new string('x', 100)}}"}"""));
        var letter = await stage.DeadLetterAsync();
        Assert.StartsWith("ALD1003", letter.Reason, StringComparison.Ordinal);
        Assert.Equal((1, 0), (letter.Attempts, _handled));
        Assert.Equal(109, letter.Envelope.Body.Length);
    }

    [Fact]
    public async Task Headers_over_the_limit_are_dead_before_they_are_read()
    {
        await using var stage = await StartAsync();
        await stage.SendAsync(Envelopes.Of("orders.placed", """{"id":"A"}""") with { Headers = Headers.Of(("a", ""), ("b", ""), ("c", "")) });
        Assert.StartsWith("ALD1004", (await stage.DeadLetterAsync()).Reason, StringComparison.Ordinal);
        Assert.Equal(0, _handled);
    }

    [Fact]
    public async Task A_type_that_the_group_does_not_know_is_dead_at_once()
    {
        await using var stage = await StartAsync();
        await stage.SendAsync(Envelopes.Of("orders.placed", """{"id":"A"}""", "orders.placed.v9"));
        var letter = await stage.DeadLetterAsync();
        Assert.StartsWith("ALD1405", letter.Reason, StringComparison.Ordinal);
        Assert.Contains("orders.placed.v9", letter.Reason, StringComparison.Ordinal);
        Assert.Equal(0, _handled);
    }

    [Fact]
    public async Task A_type_is_a_name_in_the_catalogue_and_never_one_of_a_class()
    {
        await using var stage = await StartAsync();
        await stage.SendAsync(Envelopes.Of("orders.placed", """{"id":"A"}""", typeof(OrderPlaced).AssemblyQualifiedName));
        Assert.StartsWith("ALD1405", (await stage.DeadLetterAsync()).Reason, StringComparison.Ordinal);
        Assert.Equal(0, _handled);
    }

    [Fact]
    public async Task What_comes_behind_is_handled()
    {
        await using var stage = await StartAsync();
        await stage.SendAsync(Envelopes.Of("orders.placed", "not json"));
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => _handled == 1, "the event behind");
    }

    private Task<BusStage> StartAsync() => BusStage.StartedAsync(bus =>
    {
        bus.Limits = new EventLimits { MaxBodyBytes = 50, MaxHeaders = 2 };
        bus.Subscribe<OrderPlaced>("billing", (_, _) =>
        {
            Interlocked.Increment(ref _handled);
            return ValueTask.CompletedTask;
        });
    });
}
