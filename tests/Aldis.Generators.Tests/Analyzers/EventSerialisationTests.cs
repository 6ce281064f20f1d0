using System.Buffers;
using System.Text.Json;
using Aldis.Events;
using Aldis.Generators.Analyzers;

namespace Aldis.Generators.Tests.Analyzers;

public sealed class EventSerialisationTests
{
    private static readonly JsonEvents.Sound _sound = new(1);
    private static readonly JsonEvents.Plain _plain
        = new("A", 1, DateTimeOffset.UnixEpoch, TimeSpan.FromSeconds(1), Guid.Empty, JsonEvents.Colour.Red, new Uri("urn:shop"), [1]);

    /// <summary>One of each event, and what happens when it is written and read again.</summary>
    private static readonly Dictionary<string, Action> _trials = new Trials
    {
        new JsonEvents.HasDelegate(() => { }),
        new JsonEvents.HasFunction("A", [one => one]),
        new JsonEvents.HasStream(new MemoryStream()),
        new JsonEvents.HasFile(File.OpenRead(typeof(Trials).Assembly.Location)),
        new JsonEvents.HasTask(Task.FromResult(1)),
        new JsonEvents.HasType(typeof(int)),
        new JsonEvents.HasMethod(typeof(object).GetMethod(nameof(GetHashCode))!),
        new JsonEvents.HasHandle(1),
        new JsonEvents.HasToken(new CancellationToken(canceled: true)),
        new JsonEvents.HasAsyncStream(AsyncEnumerable.Empty<int>()),
        new JsonEvents.HasMatrix(new int[1, 1]),
        new JsonEvents.HasOddKeys(new Dictionary<JsonEvents.Plain, int> { [_plain] = 1 }),
        new JsonEvents.HasShape(new JsonEvents.Square(1)),
        new JsonEvents.HasShapes([new JsonEvents.Square(1)]),
        new JsonEvents.HasDeep(new JsonEvents.Part(() => { })),
        new JsonEvents.HasSpan(1),
        new JsonEvents.HasPointer(1),
        new JsonEvents.HasTwoConstructors(1),
        JsonEvents.HasHiddenConstructor.Make(),
        new JsonEvents.HasStrayParameter(1),
        new JsonEvents.HasOtherType(1),
        (JsonEvents.Abstract)new JsonEvents.Concrete(1),
        (JsonEvents.IAbstract)new JsonEvents.Concrete(1),
        _plain,
        new JsonEvents.HasParts([_sound], new Dictionary<JsonEvents.Colour, JsonEvents.Sound?> { [JsonEvents.Colour.Red] = _sound }, new Dictionary<int, string> { [1] = "A" }, 1),
        new JsonEvents.HasTree("A", [new JsonEvents.HasTree("B", [])]),
        new JsonEvents.Struct(1, "A"),
        new JsonEvents.HasAnything(1, JsonElement.Parse("1")),
        new JsonEvents.HasTuple(new KeyValuePair<string, int>("A", 1), [1]),
        new JsonEvents.HasIgnored(1) { Then = () => { }, Hidden = () => { } },
        new JsonEvents.HasConverted(typeof(int)),
        new JsonEvents.HasMarkedConstructor(1),
        new JsonEvents.HasSetters { One = 1 },
        (JsonEvents.Parent)new JsonEvents.Child(1),
    };

    [Fact]
    public async Task The_analyzer_says_of_every_event_what_the_codec_finds_out()
    {
        var text = Repository.Read("tests", "Aldis.Generators.Tests", "Analyzers", "JsonEvents.cs").Replace("#pragma warning disable ALD9006", "//", StringComparison.Ordinal);
        var said = await Check.SaidAsync(new EventSerialisationAnalyzer(), Code.Compile(text));
        var refused = said.Select(one => one.GetMessage(System.Globalization.CultureInfo.InvariantCulture).Split('\'')[1]).Distinct();
        var events = System.Text.RegularExpressions.Regex.Count(text, @"\[Event[\],]");

        Assert.Equal(events, _trials.Count);
        Assert.Equal(_trials.Where(trial => Fails(trial.Value)).Select(trial => trial.Key).Order(StringComparer.Ordinal), refused.Order(StringComparer.Ordinal));
    }

    [Fact]
    public Task The_member_at_fault_is_pointed_to() => Check.ReportsAsync<EventSerialisationAnalyzer>("ALD9006", """
        [Event]
        public sealed record Filed(string Name, Stream [|Content|])
        {
            public Action? [|Then|] { get; init; }
        }

        [Event]
        public abstract record [|Moved|];
        """);

    [Fact]
    public async Task The_message_names_the_way_to_the_fault() => Assert.Equal(
        ["The event 'Moved' cannot be written or read as JSON: Moved.Steps Step.Then is a delegate"],
        await Check.MessagesAsync<EventSerialisationAnalyzer>("""
            [Event] public sealed record Moved(IReadOnlyList<Step> Steps);

            public sealed record Step(Action Then);
            """));

    [Fact]
    public Task An_event_without_the_mark_is_looked_at_where_a_bus_is_told_of_it() => Check.ReportsAsync<EventSerialisationAnalyzer>("ALD9006", """
        record Added(Action [|Then|]);
        record Handled(Action [|Then|]);
        record Published(Action [|Then|]);
        record Unused(Action Then);

        class Publisher(IEventBus bus)
        {
            public static void Add(EventBusBuilder bus) => bus.AddEvent<Added>().Subscribe("a", (Handled handled, Unused service) => { });

            public async Task Go() => await bus.PublishAsync(new Published(() => { }));
        }
        """);

    [Fact]
    public async Task A_service_that_is_taken_for_the_event_is_told_to_be() => Assert.Equal(
        ["The event 'IShelf' cannot be written or read as JSON: it is an interface without a [JsonDerivedType]; "
            + "it is taken for the event because it is the handler's first parameter and none is marked with [Event]"],
        await Check.MessagesAsync<EventSerialisationAnalyzer>("""
            public interface IShelf;

            public sealed record Moved(int Number);

            static class Setup
            {
                public static void Add(EventBusBuilder bus) => bus.Subscribe("a", (IShelf shelf, Moved moved, EventContext context) => { });
            }
            """));

    private static bool Fails(Action trial)
    {
        try
        {
            trial();
            return false;
        }
        catch (Exception error) when (error is AldisException or InvalidOperationException or NotSupportedException)
        {
            return true;
        }
    }

    private sealed class Trials : Dictionary<string, Action>
    {
        public void Add<T>(T value) where T : notnull => Add(typeof(T).Name, () =>
        {
            var codec = new JsonCodec();
            var output = new ArrayBufferWriter<byte>();
            codec.Encode(value, output);
            codec.Decode<T>(output.WrittenMemory);
        });
    }
}
