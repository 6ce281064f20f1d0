using Aldis.Generators.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Generators.Tests.Handlers;

/// <summary>Each handler is bound twice: by generated code, which takes the place of the call, and by reflection, because a variable cannot be seen through.</summary>
public sealed partial class SameAsReflectionTests
{
    private static readonly Dictionary<string, (Action<EventBusBuilder> Generated, Delegate Reflected)> _kinds = new()
    {
        ["void"] = (bus => bus.Subscribe("group", (Trigger _) => { }), (Trigger _) => { }),
        ["Task"] = (bus => bus.Subscribe("group", (Trigger _) => Task.CompletedTask), (Trigger _) => Task.CompletedTask),
        ["ValueTask"] = (bus => bus.Subscribe("group", (Trigger _) => ValueTask.CompletedTask), (Trigger _) => ValueTask.CompletedTask),
        ["async"] = (bus => bus.Subscribe("group", async (Trigger _) => await Task.Yield()), async (Trigger _) => await Task.Yield()),
        ["T"] = (bus => bus.Subscribe("group", (Trigger trigger) => new Made(trigger.Number)), (Trigger trigger) => new Made(trigger.Number)),
        ["null"] = (bus => bus.Subscribe("group", (Trigger _) => (Made?)null), (Trigger _) => (Made?)null),
        ["open class"] = (bus => bus.Subscribe("group", (Trigger _) => new AlsoMade(1)), (Trigger _) => new AlsoMade(1)),
        ["unknown derived class"] = (bus => bus.Subscribe("group", (Trigger _) => (AlsoMade)new DerivedMade(1)), (Trigger _) => (AlsoMade)new DerivedMade(1)),
        ["Task<T>"] = (bus => bus.Subscribe("group", (Trigger _) => Task.FromResult(new Made(1))), (Trigger _) => Task.FromResult(new Made(1))),
        ["Task<T> of null"] = (bus => bus.Subscribe("group", (Trigger _) => Task.FromResult<Made?>(null)), (Trigger _) => Task.FromResult<Made?>(null)),
        ["ValueTask<T>"] = (bus => bus.Subscribe("group", (Trigger _) => ValueTask.FromResult(new Made(1))), (Trigger _) => ValueTask.FromResult(new Made(1))),
        ["lazy"] = (bus => bus.Subscribe("group", Lazily), Lazily),
        ["null sequence"] = (bus => bus.Subscribe("group", (Trigger _) => (IEnumerable<Made>?)null), (Trigger _) => (IEnumerable<Made>?)null),
        ["array"] = (bus => bus.Subscribe("group", (Trigger _) => new[] { new Made(1), null }), (Trigger _) => new[] { new Made(1), null }),
        ["empty list"] = (bus => bus.Subscribe("group", (Trigger _) => new List<Made>()), (Trigger _) => new List<Made>()),
        ["tuple"] = (bus => bus.Subscribe("group", (Trigger _) => ((Made?)null, new AlsoMade(2))), (Trigger _) => ((Made?)null, new AlsoMade(2))),
        ["Task<tuple>"] = (bus => bus.Subscribe("group", (Trigger _) => Task.FromResult((new Made(1), new Point(2)))), (Trigger _) => Task.FromResult((new Made(1), new Point(2)))),
        ["long tuple"] = (bus => bus.Subscribe("group", (Trigger _) => (New(1), New(2), New(3), New(4), New(5), New(6), New(7), new AlsoMade(8))),
            (Trigger _) => (New(1), New(2), New(3), New(4), New(5), New(6), New(7), new AlsoMade(8))),
        ["stream"] = (bus => bus.Subscribe("group", Streaming), Streaming),
        ["Task<stream>"] = (bus => bus.Subscribe("group", (Trigger trigger) => Task.FromResult(Streaming(trigger))), (Trigger trigger) => Task.FromResult(Streaming(trigger))),
        ["object"] = (bus => bus.Subscribe("group", (Trigger _) => (object)new Made(1)), (Trigger _) => (object)new Made(1)),
        ["objects"] = (bus => bus.Subscribe("group", (Trigger _) => new object[] { new Made(1), new AlsoMade(2) }), (Trigger _) => new object[] { new Made(1), new AlsoMade(2) }),
        ["stream of objects"] = (bus => bus.Subscribe("group", StreamingObjects), StreamingObjects),
        ["struct"] = (bus => bus.Subscribe("group", (Trigger _) => new Point(1)), (Trigger _) => new Point(1)),
        ["struct or null"] = (bus => bus.Subscribe("group", (Trigger _) => (Point?)new Point(1)), (Trigger _) => (Point?)new Point(1)),
        ["no struct"] = (bus => bus.Subscribe("group", (Trigger _) => (Point?)null), (Trigger _) => (Point?)null),
        ["structs"] = (bus => bus.Subscribe("group", (Trigger _) => new List<Point> { new(1) }), (Trigger _) => new List<Point> { new(1) }),
        ["supplied"] = (bus => bus.Subscribe("group", (CancellationToken _, EventContext _, Trigger _, Shelf shelf) => shelf.Made), (CancellationToken _, EventContext _, Trigger _, Shelf shelf) => shelf.Made),
        ["throwing"] = (bus => bus.Subscribe("group", (Trigger _) => Throw()), (Trigger _) => Throw()),
        ["throwing later"] = (bus => bus.Subscribe("group", async (Trigger _) => { await Task.Yield(); return Throw(); }), async (Trigger _) => { await Task.Yield(); return Throw(); }),
        ["method of an object"] = (bus => bus.Subscribe("group", new Shelf().Take), new Shelf().Take),
        ["generic sequence"] = (bus => bus.Subscribe("group", (Trigger _) => new Dictionary<Point, Made>().Values), (Trigger _) => new Dictionary<Point, Made>().Values),
    };

    public static TheoryData<string> Kinds => [.. _kinds.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task What_comes_of_a_handler_is_the_same(string kind)
    {
        var (generated, reflected) = _kinds[kind];
        Action<IServiceCollection> add = services => services.AddSingleton<Shelf>();
        var expected = await Deliveries.OfAsync(bus => bus.Subscribe("group", reflected), add);
        Assert.Equal(expected, await Deliveries.OfAsync(generated, add));
    }

    private static readonly Dictionary<string, (Action<EventBusBuilder> Generated, Delegate Reflected)> _faulty = new()
    {
        ["nothing"] = (bus => bus.Subscribe("group", () => { }), () => { }),
        ["only what is supplied"] = (bus => bus.Subscribe("group", (EventContext _) => { }), (EventContext _) => { }),
        ["two events"] = (bus => bus.Subscribe("group", (Trigger _, Made _) => { }), (Trigger _, Made _) => { }),
        ["a string"] = (bus => bus.Subscribe("group", (string _) => { }), (string _) => { }),
        ["anything"] = (bus => bus.Subscribe("group", (object _) => { }), (object _) => { }),
        ["a reference"] = (bus => bus.Subscribe("group", (ref Point _) => { }), (ref Point _) => { }),
        ["an amount"] = (bus => bus.Subscribe("group", (decimal _) => { }), (decimal _) => { }),
        ["a time"] = (bus => bus.Subscribe("group", (DateTimeOffset _) => { }), (DateTimeOffset _) => { }),
        ["an array"] = (bus => bus.Subscribe("group", (Trigger[] _) => { }), (Trigger[] _) => { }),
        ["a list"] = (bus => bus.Subscribe("group", (IReadOnlyList<Trigger> _) => { }), (IReadOnlyList<Trigger> _) => { }),
        ["a task"] = (bus => bus.Subscribe("group", (Task<Trigger> _) => { }), (Task<Trigger> _) => { }),
        ["an amount returned"] = (bus => bus.Subscribe("group", (Trigger _) => 9.50m), (Trigger _) => 9.50m),
        ["a date returned"] = (bus => bus.Subscribe("group", (Trigger _) => (DateOnly?)null), (Trigger _) => (DateOnly?)null),
        ["tasks returned"] = (bus => bus.Subscribe("group", (Trigger _) => new[] { Task.FromResult(new Made(1)) }), (Trigger _) => new[] { Task.FromResult(new Made(1)) }),
        ["a task of a task"] = (bus => bus.Subscribe("group", (Trigger _) => Task.FromResult(Task.CompletedTask)), (Trigger _) => Task.FromResult(Task.CompletedTask)),
        ["a number returned"] = (bus => bus.Subscribe("group", (Trigger trigger) => trigger.Number), (Trigger trigger) => trigger.Number),
        ["strings returned"] = (bus => bus.Subscribe("group", (Trigger _) => new[] { "a" }), (Trigger _) => new[] { "a" }),
        ["a tuple with a number"] = (bus => bus.Subscribe("group", (Trigger _) => (new Made(1), 2)), (Trigger _) => (new Made(1), 2)),
        ["a stream of structs"] = (bus => bus.Subscribe("group", StreamingPoints), StreamingPoints),
        ["an unknown service"] = (bus => bus.Subscribe("group", (Trigger _, Shelf _) => { }), (Trigger _, Shelf _) => { }),
        ["a group without a name"] = (bus => bus.Subscribe("not valid", (Trigger _) => { }), (Trigger _) => { }),
        ["a topic without a name"] = (bus => bus.Subscribe("group", (Trigger _) => new List<Made[]>()), (Trigger _) => new List<Made[]>()),
    };

    public static TheoryData<string> Faulty => [.. _faulty.Keys];

    [Theory]
    [MemberData(nameof(Faulty))]
    public async Task What_is_wrong_with_a_handler_is_told_in_the_same_words(string kind)
    {
        var (generated, reflected) = _faulty[kind];
        var expected = await Deliveries.FaultsAsync(bus => bus.Subscribe(kind == "a group without a name" ? "not valid" : "group", reflected));
        Assert.Equal(expected, (await Deliveries.FaultsAsync(generated)).Select(fault => Place().Replace(fault, "")));
    }

    [Fact]
    public async Task Generated_code_knows_the_place_and_reflection_does_not()
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseInMemory()
            .Subscribe("generated", (Trigger _) => new Made(1))
            .Subscribe("reflected", _kinds["void"].Reflected));
        var (generated, reflected) = (bus.Catalog.Subscriptions[0], bus.Catalog.Subscriptions[1]);
        Assert.Matches(@"^Handlers/SameAsReflectionTests\.cs:\d+$", generated.Place!.ToString());
        Assert.Equal("made", Assert.Single(generated.Publishes).WireName);
        Assert.Null(reflected.Place);
    }

    /// <summary>Which only generated code knows.</summary>
    [System.Text.RegularExpressions.GeneratedRegex(@" \(Handlers/SameAsReflectionTests\.cs:\d+\)")]
    private static partial System.Text.RegularExpressions.Regex Place();

    private static Made New(int number) => new(number);

    private static Made Throw() => throw new TimeoutException("late");

    private static IEnumerable<Made> Lazily(Trigger trigger)
    {
        yield return new Made(trigger.Number);
        yield return new Made(trigger.Number + 1);
    }

    private static async IAsyncEnumerable<Made?> Streaming(Trigger trigger)
    {
        yield return null;
        await Task.Yield();
        yield return new Made(trigger.Number);
    }

    private static async IAsyncEnumerable<object> StreamingObjects(Trigger trigger)
    {
        yield return new Made(trigger.Number);
        await Task.Yield();
        yield return new AlsoMade(2);
    }

    private static async IAsyncEnumerable<Point> StreamingPoints(Trigger trigger)
    {
        await Task.Yield();
        yield return new Point(trigger.Number);
    }

    internal sealed class Shelf
    {
        public Made Made { get; } = new(3);

        public Made Take(Trigger trigger) => new(trigger.Number + Made.Number);
    }
}
