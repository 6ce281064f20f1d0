namespace Aldis.Generators.Tests.Json.Cases;

internal static class Classes
{
    public const string Source = """
        namespace Classes;

        public class Plain { public int A { get; set; } public string? B { get; set; } public int Field; public static int Shared { get; set; } }

        public class Guarded
        {
            public string Open { get; set; } = "o";
            public string Closed { get; private set; } = "c";
            [JsonInclude] public string Included { get; private set; } = "i";
            [JsonInclude] private int Secret { get; set; } = 4;
            [JsonInclude] internal int Inner { get; init; } = 5;
            [JsonInclude] protected string Kept { get; private set; } = "k";
            [JsonInclude] private int _hidden = 6;
            [JsonInclude] public readonly int Fixed = 7;
            [JsonInclude] public int Shown = 8;
            private int Unseen { get; set; } = 9;
            public int WriteOnly { set => Secret = value; }
            public int this[int index] => index;
            public void Change() { Closed = "C"; Included = "I"; Secret = 40; Kept = "K"; _hidden = 60; }
        }

        public class Ignoring
        {
            [JsonIgnore] public int Never { get; set; } = 1;
            [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] public string? Null { get; set; }
            [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] public int Zero { get; set; }
            [JsonIgnore(Condition = JsonIgnoreCondition.Never)] public string? Always { get; set; }
            [JsonIgnore(Condition = JsonIgnoreCondition.WhenWriting)] public int ReadOnly { get; set; } = 2;
            [JsonIgnore(Condition = JsonIgnoreCondition.WhenReading)] public int WriteOnly { get; set; } = 3;
            [JsonIgnore] public Action? Unserializable { get; set; }
            [JsonIgnore] public ReadOnlySpan<char> Span => "x";
        }

        public class Named
        {
            [JsonPropertyName("the \"name\"")] public int One { get; set; }
            [JsonPropertyOrder(-5)] public int Two { get; set; }
            [JsonPropertyOrder(5)] public int Three { get; set; }
            public int URLValue { get; set; }
            public int _underscored { get; set; }
        }

        public class Chosen
        {
            public Chosen() => Id = "default";
            [JsonConstructor] public Chosen(string id, int count = 12) => (Id, Count) = (id, count);
            public string Id { get; }
            public int Count { get; }
        }

        public class ChosenPrivate
        {
            [JsonConstructor] private ChosenPrivate(string id) => Id = id;
            public static ChosenPrivate Make() => new("made");
            public string Id { get; }
        }

        public class Lone(int id, int other) { public int Id { get; } = id; public int Other { get; } = other; }

        public class Several { public Several(int a) => A = a; public Several(string b) => A = b.Length; public int A { get; } }

        public class Unbound(int nowhere) { public int Somewhere { get; } = nowhere; }

        public class Needs { public required string Name { get; set; } public required int Count { get; init; } public string? Note { get; set; } }

        public class NeedsMore : Needs { public required bool Flag { get; init; } }

        public class NeedsNothing
        {
            [System.Diagnostics.CodeAnalysis.SetsRequiredMembers] public NeedsNothing() => Name = "set";
            public required string Name { get; set; }
            [JsonRequired] public int Count { get; set; }
        }

        public class Parent
        {
            public virtual string Over { get; set; } = "parent";
            public virtual int Left { get; init; } = 1;
            public string Same { get; set; } = "parent";
            [JsonIgnore] public virtual int Quiet { get; set; } = 3;
            public int Deep { get; private set; } = 4;
        }

        public class Child : Parent
        {
            public override string Over { get; set; } = "child";
            [JsonIgnore] public override int Left { get; init; } = 2;
            public new int Same { get; set; } = 5;
            public override int Quiet { get; set; } = 6;
            public string Own { get; set; } = "own";
        }

        public class GetterOnly : Parent { public override string Over => "fixed"; }

        public class Clash { public int Value { get; set; } [JsonPropertyName("value")] public int Other { get; set; } }

        public abstract class Abstract { public int A { get; set; } }

        public class Concrete : Abstract { public int B { get; set; } }

        public class Holder { public Abstract? It { get; set; } public IShape? Shape { get; set; } public object? Any { get; set; } }

        public interface IThing { int Id { get; } }

        public interface IShape : IThing { string Name { get; set; } }

        public class Square : IShape { public int Id => 1; public string Name { get; set; } = "sq"; public int Side { get; set; } = 3; }

        public class Rest { public int A { get; set; } [JsonExtensionData] public Dictionary<string, JsonElement>? More { get; set; } }

        public class RestAsNodes { public int A { get; set; } [JsonExtensionData] public JsonObject? More { get; set; } }

        [JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)] public class Strict { public int A { get; set; } }

        [JsonNumberHandling(JsonNumberHandling.WriteAsString | JsonNumberHandling.AllowReadingFromString)]
        public class Numbers
        {
            public int A { get; set; } = 1;
            public List<double> B { get; set; } = [1.5];
            [JsonNumberHandling(JsonNumberHandling.Strict)] public int C { get; set; } = 2;
        }

        [JsonObjectCreationHandling(JsonObjectCreationHandling.Populate)]
        public class Filled
        {
            public List<int> Items { get; } = [1];
            [JsonObjectCreationHandling(JsonObjectCreationHandling.Replace)] public List<int> Others { get; set; } = [2];
            public Plain Inside { get; } = new();
        }

        public class Calls : IJsonOnDeserialized, IJsonOnSerializing
        {
            public int Times { get; set; }
            public void OnDeserialized() => Times++;
            public string? Word { get; set; }
            public void OnSerializing() => Word = "written";
        }

        public class Outer
        {
            public class Inner { public int A { get; init; } = 1; public class Innermost { public string? B { get; set; } } }
            public Inner? In { get; set; }
            public Inner.Innermost? Most { get; set; }
        }

        public class Old { [Obsolete("use another", true)] public int Gone { get; set; } = 1; [Obsolete] public int Going { get; set; } = 2; }

        public class Flow
        {
            [System.Diagnostics.CodeAnalysis.AllowNull] public string In { get; set => field = value ?? "none"; } = "";
            [System.Diagnostics.CodeAnalysis.MaybeNull] public string Out { get; set; } = "";
            [System.Diagnostics.CodeAnalysis.DisallowNull] public string? Not { get; set; } = "";
            public string Never { get; set; } = "";
        }

        public static class Values
        {
            public static (Type, object)[] All()
            {
                var guarded = new Guarded { Inner = 50 };
                guarded.Change();
                return
                [
                    (typeof(Plain), new Plain { A = 1, B = "b", Field = 3 }),
                    (typeof(Guarded), new Guarded()), (typeof(Guarded), guarded),
                    (typeof(Ignoring), new Ignoring()), (typeof(Ignoring), new Ignoring { Null = "n", Zero = 4, Always = "a" }),
                    (typeof(Named), new Named { One = 1, Two = 2, Three = 3, URLValue = 4, _underscored = 5 }),
                    (typeof(Chosen), new Chosen("c", 3)), (typeof(ChosenPrivate), ChosenPrivate.Make()), (typeof(Lone), new Lone(5, 6)),
                    (typeof(Several), new Several(1)), (typeof(Unbound), new Unbound(3)),
                    (typeof(Needs), new Needs { Name = "n", Count = 1 }), (typeof(NeedsMore), new NeedsMore { Name = "n", Count = 1, Flag = true }),
                    (typeof(NeedsNothing), new NeedsNothing { Count = 3 }),
                    (typeof(Parent), new Parent()), (typeof(Parent), new Child()), (typeof(Child), new Child()), (typeof(GetterOnly), new GetterOnly()),
                    (typeof(Clash), new Clash()),
                    (typeof(Holder), new Holder()),
                    (typeof(Holder), new Holder { It = new Concrete { A = 1, B = 2 }, Shape = new Square(), Any = 5 }),
                    (typeof(IShape), new Square()), (typeof(Abstract), new Concrete()),
                    (typeof(Rest), new Rest { A = 1, More = new() { ["x"] = JsonDocument.Parse("[1]").RootElement } }),
                    (typeof(RestAsNodes), new RestAsNodes { A = 1 }),
                    (typeof(Strict), new Strict { A = 1 }), (typeof(Numbers), new Numbers()), (typeof(Filled), new Filled()), (typeof(Calls), new Calls()),
                    (typeof(Outer), new Outer { In = new(), Most = new() { B = "b" } }), (typeof(Old), new Old()), (typeof(Flow), new Flow()),
                ];
            }
        }
        """;
}
