namespace Aldis.Generators.Tests.Json.Cases;

internal static class Generics
{
    public const string Source = """
        namespace Generic;

        public record Page<T>(IReadOnlyList<T> Items, T? First) { public int Number { get; init; } = 1; }

        public class Box<T> where T : struct, IComparable<T> { public T Value { get; init; } public T? Maybe { get; init; } public required List<T> All { get; init; } }

        public class Keyed<TKey, TValue> where TKey : notnull where TValue : class, new()
        {
            public TKey Key { get; init; } = default!;
            public TValue Value { get; init; } = new();
            [JsonInclude] private Dictionary<TKey, TValue> Table { get; set; } = [];
            [JsonInclude] private TKey _last = default!;
            public Keyed<TKey, TValue> Add(TKey key, TValue value) { Table.Add(key, value); _last = key; return this; }
        }

        public struct Pair<T> { public T Left { get; init; } public T Right { get; init; } }

        public class Outer<T> { public class Inner<TOther> { public T? Own { get; init; } public TOther? Other { get; init; } } }

        public class Thing { public int A { get; init; } = 3; }

        public class Closed : Box<int> { public string? Name { get; init; } }

        public record Tuples((int Number, string Text) Two, Tuple<int, string> Old, KeyValuePair<string, int> Entry);

        public static class Values
        {
            public static (Type, object)[] All() =>
            [
                (typeof(Page<int>), new Page<int>([1, 2], 1)), (typeof(Page<string>), new Page<string>(["a"], null) { Number = 4 }),
                (typeof(Page<Page<Thing>>), new Page<Page<Thing>>([new([new()], null)], null)),
                (typeof(Box<int>), new Box<int> { All = [1], Value = 3 }), (typeof(Box<Guid>), new Box<Guid> { All = [], Maybe = Guid.Empty }),
                (typeof(Keyed<string, Thing>), new Keyed<string, Thing> { Key = "k" }.Add("a", new())),
                (typeof(Keyed<int, Thing>), new Keyed<int, Thing> { Key = 3 }.Add(4, new())),
                (typeof(Pair<int>), new Pair<int> { Left = 1, Right = 2 }), (typeof(Pair<Thing>), new Pair<Thing> { Left = new() }),
                (typeof(Outer<int>.Inner<string>), new Outer<int>.Inner<string> { Own = 2, Other = "o" }),
                (typeof(Closed), new Closed { All = [4], Name = "n" }),
                (typeof(Tuples), new Tuples((1, "a"), Tuple.Create(2, "b"), new("key", 3))),
            ];
        }
        """;
}
