namespace Aldis.Tests.Catalog;

public sealed class HandlerResultTests
{
    private readonly Binding _binding = new();

    public static TheoryData<string, Delegate, string[]> Kinds => new()
    {
        { "void", (Trigger _) => { }, [] },
        { "Task", (Trigger _) => Task.CompletedTask, [] },
        { "Task, later", async (Trigger _) => await Task.Yield(), [] },
        { "ValueTask", (Trigger _) => ValueTask.CompletedTask, [] },
        { "T", (Trigger trigger) => new Made(trigger.Number), ["made:7"] },
        { "null", (Trigger _) => (Made?)null, [] },
        { "Task<T>", (Trigger trigger) => Task.FromResult(new Made(trigger.Number)), ["made:7"] },
        { "Task<T>, later", Later, ["made:7"] },
        { "Task<T> of null", (Trigger _) => Task.FromResult<Made?>(null), [] },
        { "ValueTask<T>", (Trigger trigger) => ValueTask.FromResult(new Made(trigger.Number)), ["made:7"] },
        { "IEnumerable<T>", Lazily, ["made:7", "made:8"] },
        { "IEnumerable<T> of null", (Trigger _) => (IEnumerable<Made>?)null, [] },
        { "IEnumerable<T> with a null", (Trigger _) => (IEnumerable<Made?>)[new Made(1), null, new Made(2)], ["made:1", "made:2"] },
        { "array", (Trigger _) => new[] { new Made(1), new Made(2) }, ["made:1", "made:2"] },
        { "empty list", (Trigger _) => new List<Made>(), [] },
        { "Task<IEnumerable<T>>", (Trigger _) => Task.FromResult<IEnumerable<Made>>([new Made(1)]), ["made:1"] },
        { "tuple", (Trigger _) => (new Made(1), new AlsoMade(2)), ["made:1", "also-made:2"] },
        { "tuple with a null", (Trigger _) => ((Made?)null, new AlsoMade(2)), ["also-made:2"] },
        { "Task<tuple>", (Trigger _) => Task.FromResult((new Made(1), new AlsoMade(2))), ["made:1", "also-made:2"] },
        { "long tuple", (Trigger _) => (New(1), New(2), New(3), New(4), New(5), New(6), New(7), New(8)), [.. Enumerable.Range(1, 8).Select(n => $"made:{n}")] },
        { "IAsyncEnumerable<T>", Streaming, ["made:7", "made:8"] },
        { "IAsyncEnumerable<T> with a null", StreamingNull, ["made:7"] },
        { "Task<IAsyncEnumerable<T>>", (Trigger trigger) => Task.FromResult(Streaming(trigger)), ["made:7", "made:8"] },
        { "object", (Trigger _) => (object)new Made(1), ["made:1"] },
        { "Task<object>", (Trigger _) => Task.FromResult<object?>(new AlsoMade(1)), ["also-made:1"] },
        { "objects", (Trigger _) => new object[] { new Made(1), new AlsoMade(2) }, ["made:1", "also-made:2"] },
        { "stream of objects", StreamingObjects, ["made:1", "also-made:2"] },
        { "struct", (Trigger trigger) => new Point(trigger.Number), ["point:7"] },
        { "struct or null", (Trigger trigger) => (Point?)new Point(trigger.Number), ["point:7"] },
        { "struct that is null", (Trigger _) => (Point?)null, [] },
        { "Task<struct>", (Trigger trigger) => Task.FromResult(new Point(trigger.Number)), ["point:7"] },
        { "structs", (Trigger _) => new[] { new Point(1), new Point(2) }, ["point:1", "point:2"] },
    };

    [Theory]
    [MemberData(nameof(Kinds), DisableDiscoveryEnumeration = true)]
    public async Task What_a_handler_returns_is_published_in_order(string kind, Delegate handler, string[] published)
    {
        Assert.NotEmpty(kind);
        Assert.Equal(published, await _binding.CallAsync(handler));
    }

    public static TheoryData<string, Delegate> NoResults => new()
    {
        { "bool", (Trigger trigger) => trigger.Number > 3 },
        { "int", (Trigger trigger) => trigger.Number },
        { "string", (Trigger trigger) => $"{trigger}" },
        { "amount", (Trigger _) => 9.50m },
        { "time", (Trigger _) => TimeSpan.Zero },
        { "id", (Trigger _) => Guid.Empty },
        { "tasks", (Trigger _) => new[] { 1, 2 }.Select(async number => { await Task.Yield(); return new Made(number); }) },
        { "task of a task", (Trigger _) => Task.FromResult(Task.FromResult(new Made(1))) },
        { "anonymous type", (Trigger trigger) => new { trigger.Number } },
        { "Task<bool>", (Trigger _) => Task.FromResult(true) },
        { "strings", (Trigger _) => new[] { "a" } },
        { "tuple with a number", (Trigger _) => (new Made(1), 2) },
        { "stream of structs", StreamingPoints },
        { "Task of a stream of structs", (Trigger trigger) => Task.FromResult(StreamingPoints(trigger)) },
    };

    [Theory]
    [MemberData(nameof(NoResults), DisableDiscoveryEnumeration = true)]
    public void A_result_that_can_be_no_event_is_refused_at_the_start(string kind, Delegate handler)
    {
        var error = Assert.Throws<AldisException>(() => _binding.Bind(handler));
        Assert.Equal("ALD1202", error.Code);
        Assert.Contains("returns", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(kind);
    }

    [Fact]
    public void Async_void_is_refused()
    {
        Action<Trigger> handler = async _ => await Task.Yield();
        var error = Assert.Throws<AldisException>(() => _binding.Bind(handler));
        Assert.Equal("ALD1202", error.Code);
        Assert.Contains("async void", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_events_in_a_result_are_made_known_when_the_handler_is_bound()
    {
        _binding.Bind((Trigger _) => Task.FromResult<(Unmarked?, AlsoMade?)>((null, null)));
        Assert.Equal(["also-made", "trigger", "unmarked"], _binding.Registry.Types.Select(type => type.WireName));
    }

    [Fact]
    public void A_long_tuple_adds_only_its_parts()
    {
        _binding.Bind((Trigger _) => (New(1), New(2), New(3), New(4), New(5), New(6), New(7), new AlsoMade(8)));
        Assert.Equal(["also-made", "made", "trigger"], _binding.Registry.Types.Select(type => type.WireName));
    }

    private static Made New(int number) => new(number);

    private static async Task<Made> Later(Trigger trigger)
    {
        await Task.Yield();
        return new Made(trigger.Number);
    }

    private static IEnumerable<Made> Lazily(Trigger trigger)
    {
        yield return new Made(trigger.Number);
        yield return new Made(trigger.Number + 1);
    }

    private static async IAsyncEnumerable<Made> Streaming(Trigger trigger)
    {
        yield return new Made(trigger.Number);
        await Task.Yield();
        yield return new Made(trigger.Number + 1);
    }

    private static async IAsyncEnumerable<Made?> StreamingNull(Trigger trigger)
    {
        yield return null;
        await Task.Yield();
        yield return new Made(trigger.Number);
    }

    private static async IAsyncEnumerable<object> StreamingObjects(Trigger trigger)
    {
        yield return new Made(1);
        await Task.Yield();
        yield return new AlsoMade(2);
    }

    private static async IAsyncEnumerable<Point> StreamingPoints(Trigger trigger)
    {
        await Task.Yield();
        yield return new Point(trigger.Number);
    }

    internal sealed record Unmarked;
}
