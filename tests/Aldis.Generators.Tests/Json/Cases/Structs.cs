namespace Aldis.Generators.Tests.Json.Cases;

internal static class Structs
{
    public const string Source = """
        namespace Structs;

        public struct Mutable { public int X { get; set; } public string? Name { get; set; } }

        public readonly record struct Money(decimal Amount, string Currency = "EUR");

        public record struct Loose(int A, int B) { public int C { get; init; } = 5; }

        public struct WithConstructor { [JsonConstructor] public WithConstructor(int x, int y = 9) => (X, Y) = (x, y); public int X { get; } public int Y { get; } }

        public struct Unmarked { public Unmarked(int x) => X = x; public int X { get; } public int Y { get; set; } }

        public struct Starting { public Starting() { A = 5; B = 6; } public int A { get; init; } public int B { get; set; } }

        public struct Required { public required int A { get; init; } public int B { get; set; } }

        public struct Included { [JsonInclude] private int Secret { get; set; } [JsonInclude] private int _field; public static Included Of(int a, int b) => new() { Secret = a, _field = b }; }

        public record Priced(Money Price, Money? Before, Mutable State, Dictionary<string, Money> ByShop);

        public static class Values
        {
            public static (Type, object)[] All() =>
            [
                (typeof(Mutable), new Mutable { X = 1, Name = "n" }), (typeof(Money), new Money(1.50m)), (typeof(Loose), new Loose(1, 2) { C = 3 }),
                (typeof(WithConstructor), new WithConstructor(1)), (typeof(Unmarked), new Unmarked(3) { Y = 4 }), (typeof(Starting), new Starting()),
                (typeof(Required), new Required { A = 1, B = 2 }), (typeof(Included), Included.Of(1, 2)),
                (typeof(Priced), new Priced(new(1), null, default, new() { ["a b"] = new(2) })), (typeof(Priced), new Priced(new(1), new(2), new() { X = 1 }, [])),
            ];
        }
        """;
}
