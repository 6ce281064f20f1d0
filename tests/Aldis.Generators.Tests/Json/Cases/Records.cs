namespace Aldis.Generators.Tests.Json.Cases;

internal static class Records
{
    public const string Source = """
        namespace Shop;

        public record OrderPlaced(string Id, decimal Total, DateTimeOffset At);

        public sealed record Defaults(
            string Name = "quoted \"text\"\n", int Count = -3, double Ratio = 1.5e300, float Small = float.NegativeInfinity, bool On = true,
            char Letter = '\'', decimal Price = 12.50m, long Big = long.MinValue, ulong Bigger = ulong.MaxValue, byte Tiny = 7,
            Colour Colour = Colour.Green, Colour? Maybe = Colour.Blue, int? Number = 4, string? Nothing = null, DateTime When = default,
            TimeSpan? Span = null);

        public enum Colour { Red, Green = 5, Blue = -2 }

        public record Inits
        {
            public string Status { get; init; } = "new";
            public int Attempts { get; init; } = 3;
            public List<string>? Notes { get; init; } = ["kept"];
        }

        public record Both(int Id) { public string Text { get; set; } = "start"; public int Twice => Id * 2; }

        public record Positional(int First, string Second) { public Uri? Link { get; init; } public required string Must { get; init; } }

        public record Base(int Id) { public string Tag { get; init; } = "base"; }

        public record Derived(int Id, string Name) : Base(Id) { public int Extra { get; set; } }

        public sealed record Last(int Id, string Name, bool Flag) : Derived(Id, Name) { public new string Tag { get; init; } = "last"; }

        internal sealed record Hidden(int Value, InnerHidden? Inner);

        internal sealed record InnerHidden(string Text);

        public record Empty;

        public record @event(string @class, int @int) { public bool @namespace { get; init; } }

        public record Recursive(string Name, Recursive? Next, List<Recursive> Children);

        public record Validated
        {
            public Validated(int value) => Value = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));
            public int Value { get; }
        }

        public record Nullables(int? A, DateTime? B, string? C, Guid? D, Colour? E, bool? F, Point? G);

        public readonly record struct Point(int X, int Y);

        public static class Values
        {
            public static (Type, object)[] All() =>
            [
                (typeof(OrderPlaced), new OrderPlaced("A-17 <é>", 99.50m, new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.FromHours(2)))),
                (typeof(Defaults), new Defaults(Small: 2.5f)),
                (typeof(Inits), new Inits()), (typeof(Inits), new Inits { Status = "done", Notes = null }),
                (typeof(Both), new Both(4) { Text = "x" }),
                (typeof(Positional), new Positional(1, "two") { Must = "m", Link = new("https://example.org/a?b=c") }),
                (typeof(Base), new Base(3)), (typeof(Base), new Derived(3, "as base")),
                (typeof(Derived), new Derived(3, "n") { Tag = "t", Extra = 9 }),
                (typeof(Last), new Last(3, "n", true) { Tag = "own" }),
                (typeof(Hidden), new Hidden(5, new("deep"))),
                (typeof(Empty), new Empty()),
                (typeof(@event), new @event("c", 4) { @namespace = true }),
                (typeof(Recursive), new Recursive("a", new("b", null, []), [new("c", null, [])])),
                (typeof(Validated), new Validated(5)),
                (typeof(Nullables), new Nullables(1, new DateTime(2026, 1, 1), "c", Guid.Empty, Colour.Green, false, new Point(1, 2))),
                (typeof(Nullables), new Nullables(null, null, null, null, null, null, null)),
            ];
        }
        """;
}
