namespace Aldis.Generators.Tests.Json.Cases;

internal static class Collections
{
    public const string Source = """
        namespace Collected;

        using System.Collections.Concurrent;
        using System.Collections.Frozen;
        using System.Collections.Immutable;
        using System.Collections.ObjectModel;

        public record Item(int Id);

        public class Lists
        {
            public Item[] Array { get; set; } = [new(1)];
            public int[][] Jagged { get; set; } = [[1], []];
            public List<Item> List { get; set; } = [new(2)];
            public IList<int> IList { get; set; } = [1];
            public ICollection<int> ICollection { get; set; } = [2];
            public IEnumerable<int> IEnumerable { get; set; } = [3];
            public IReadOnlyList<string?> IReadOnlyList { get; set; } = ["a", null];
            public IReadOnlyCollection<int?> IReadOnlyCollection { get; set; } = [4, null];
            public HashSet<string> HashSet { get; set; } = ["a"];
            public ISet<int> ISet { get; set; } = new HashSet<int> { 5 };
            public SortedSet<int> Sorted { get; set; } = [3, 1];
            public Queue<int> Queue { get; set; } = new([1, 2]);
            public Stack<int> Stack { get; set; } = new([1, 2]);
            public LinkedList<int> Linked { get; set; } = new([1]);
            public ConcurrentQueue<int> ConcurrentQueue { get; set; } = new([1]);
            public ConcurrentStack<int> ConcurrentStack { get; set; } = new([1, 2]);
            public Collection<int> Collection { get; set; } = [1];
            public Memory<int> Memory { get; set; } = new[] { 1 };
            public ReadOnlyMemory<int> ReadOnlyMemory { get; set; } = new[] { 2 };
            public Own Own { get; set; } = new() { 1 };
        }

        public class Own : List<int> { public string Unwritten { get; set; } = "x"; }

        public class ReadOnly
        {
            public ConcurrentBag<int>? Bag { get; set; }
            public ReadOnlyCollection<int>? A { get; set; }
            public IReadOnlySet<int>? B { get; set; }
            public FrozenSet<int>? C { get; set; }
            public FrozenDictionary<string, int>? D { get; set; }
            public ReadOnlyDictionary<string, int>? E { get; set; }
        }

        public class Immutables
        {
            public ImmutableArray<Item> Array { get; set; } = [new(1)];
            public ImmutableArray<int>? Maybe { get; set; }
            public ImmutableList<int> List { get; set; } = [1];
            public IImmutableList<int> IList { get; set; } = ImmutableList.Create(1);
            public ImmutableHashSet<string> Set { get; set; } = ["a"];
            public IImmutableSet<string> ISet { get; set; } = ImmutableHashSet.Create("a");
            public ImmutableSortedSet<int> Sorted { get; set; } = [2, 1];
            public ImmutableQueue<int> Queue { get; set; } = [1, 2];
            public IImmutableQueue<int> IQueue { get; set; } = ImmutableQueue.Create(1);
            public ImmutableStack<int> Stack { get; set; } = [1, 2];
            public IImmutableStack<int> IStack { get; set; } = ImmutableStack.Create(1);
            public ImmutableDictionary<string, Item> Table { get; set; } = ImmutableDictionary<string, Item>.Empty.Add("a", new(1));
            public IImmutableDictionary<string, int> ITable { get; set; } = ImmutableDictionary<string, int>.Empty;
            public ImmutableSortedDictionary<int, string> SortedTable { get; set; } = ImmutableSortedDictionary<int, string>.Empty.Add(3, "c").Add(1, "a");
        }

        public class Dictionaries
        {
            public Dictionary<string, Item> Named { get; set; } = new() { ["Key One"] = new(1) };
            public Dictionary<int, string?> Numbered { get; set; } = new() { [1] = null };
            public Dictionary<Guid, int> ById { get; set; } = new() { [Guid.Empty] = 1 };
            public Dictionary<DateOnly, int> ByDate { get; set; } = new() { [new(2026, 1, 1)] = 1 };
            public IDictionary<string, int> Interface { get; set; } = new Dictionary<string, int> { ["a"] = 1 };
            public IReadOnlyDictionary<string, int[]> ReadOnly { get; set; } = new Dictionary<string, int[]> { ["a"] = [1] };
            public SortedDictionary<string, int> Sorted { get; set; } = new() { ["b"] = 1, ["a"] = 2 };
            public ConcurrentDictionary<string, int> Concurrent { get; set; } = new() { ["a"] = 1 };
            public Dictionary<string, Dictionary<string, List<Item?>>> Deep { get; set; } = new() { ["x"] = new() { ["y"] = [new(1), null] } };
            public Dictionary<string, object?> Loose { get; set; } = new() { ["n"] = null };
            public Table Own { get; set; } = new() { ["own"] = 1 };
        }

        public class Table : Dictionary<string, int>;

        public static class Values
        {
            public static (Type, object)[] All() =>
            [
                (typeof(Lists), new Lists()), (typeof(Immutables), new Immutables()), (typeof(Dictionaries), new Dictionaries()),
                (typeof(ReadOnly), new ReadOnly()),
                (typeof(ReadOnly), new ReadOnly
                {
                    Bag = [1], A = new([1]), B = new HashSet<int> { 1 }, C = new[] { 1 }.ToFrozenSet(), D = new Dictionary<string, int> { ["a"] = 1 }.ToFrozenDictionary(),
                    E = new(new Dictionary<string, int> { ["a"] = 1 }),
                }),
                (typeof(List<Item>), new List<Item> { new(1) }), (typeof(Item[]), new Item[] { new(1) }), (typeof(Dictionary<string, Item>), new Dictionary<string, Item>()),
                (typeof(ImmutableArray<Item>), ImmutableArray.Create(new Item(4))), (typeof(Own), new Own { 3 }), (typeof(Table), new Table { ["k"] = 2 }),
            ];
        }
        """;
}
