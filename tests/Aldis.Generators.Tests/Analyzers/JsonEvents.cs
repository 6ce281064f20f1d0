using System.Text.Json;
using System.Text.Json.Serialization;

#pragma warning disable ALD9006 // An event cannot be written or read: they are here for that.
namespace Aldis.Generators.Tests.Analyzers;

/// <summary>Events that JSON can carry and events that it cannot. The analyzer reads this file as text, and the codec tries the events.</summary>
internal static class JsonEvents
{
    public enum Colour
    {
        Red,
    }

    public interface IShape
    {
        int Size { get; }
    }

    // Cannot be carried.
    [Event] public sealed record HasDelegate(Action Then);

    [Event] public sealed record HasFunction(string Name, Func<int, int>[] Steps);

    [Event] public sealed record HasStream(Stream Content);

    [Event] public sealed record HasFile(FileStream Content);

    [Event] public sealed record HasTask(Task<int> Later);

    [Event] public sealed record HasType(Type Kind);

    [Event] public sealed record HasMethod(System.Reflection.MethodInfo Method);

    [Event] public sealed record HasHandle(nint Handle);

    [Event] public sealed record HasToken(CancellationToken Cancel);

    [Event] public sealed record HasAsyncStream(IAsyncEnumerable<int> Numbers);

    [Event] public sealed record HasMatrix(int[,] Matrix);

    [Event] public sealed record HasOddKeys(Dictionary<Plain, int> ByPlain);

    [Event] public sealed record HasShape(IShape Shape);

    [Event] public sealed record HasShapes(List<IShape> Shapes);

    [Event] public sealed record HasDeep(Part Part);

    [Event]
    public sealed record HasSpan(int Length)
    {
        public ReadOnlySpan<char> Text => "text";
    }

    [Event]
    public sealed unsafe record HasPointer(int Length)
    {
        public int* Address => null;
    }

    [Event]
    public sealed class HasTwoConstructors
    {
        public HasTwoConstructors(int one) => One = one;

        public HasTwoConstructors(int one, int two) => One = one + two;

        public int One { get; }
    }

    [Event]
    public sealed class HasHiddenConstructor
    {
        private HasHiddenConstructor()
        {
        }

        public int One { get; init; }

        public static HasHiddenConstructor Make() => new();
    }

    [Event]
    public sealed class HasStrayParameter(int one)
    {
        public int Two { get; } = one;
    }

    [Event]
    public sealed class HasOtherType(int one)
    {
        public string One { get; } = $"{one}";
    }

    [Event] public abstract record Abstract(int One);

    [Event]
    public interface IAbstract
    {
        int One { get; }
    }

    // Can be carried.
    [Event] public sealed record Plain(string Id, decimal Total, DateTimeOffset When, TimeSpan Span, Guid Unique, Colour Colour, Uri? Where, byte[] Bytes);

    [Event] public sealed record HasParts(IReadOnlyList<Sound> Parts, Dictionary<Colour, Sound?> ByColour, IReadOnlyDictionary<int, string> ByNumber, int? Maybe);

    [Event] public sealed record HasTree(string Name, HasTree[] Children);

    [Event] public readonly record struct Struct(int One, string? Two);

    [Event] public sealed record HasAnything(object? Anything, JsonElement Json);

    [Event] public sealed record HasTuple(KeyValuePair<string, int> Pair, HashSet<int> Numbers);

    [Event]
    public sealed record HasIgnored(int One)
    {
        [JsonIgnore]
        public Action? Then { get; init; }

        public static Action Always { get; } = () => { };

        internal Action? Hidden { get; init; }
    }

    [Event]
    public sealed record HasConverted([property: JsonConverter(typeof(TypeNames))] Type Kind);

    [Event]
    public sealed class HasMarkedConstructor
    {
        public HasMarkedConstructor(string two) => One = two.Length;

        [JsonConstructor]
        public HasMarkedConstructor(int one) => One = one;

        public int One { get; }
    }

    [Event]
    public sealed class HasSetters
    {
        public int One { get; init; }

        // It is written, and never read.
        public IShape Shape => new Square(One);
    }

    [Event, JsonDerivedType(typeof(Child), "child")] public abstract record Parent(int One);

    public sealed record Child(int One) : Parent(One);

    public sealed record Square(int Size) : IShape;

    public sealed record Part(Action Then);

    public sealed record Sound(int One);

    public sealed record Concrete(int One) : Abstract(One), IAbstract;

    public sealed class TypeNames : JsonConverter<Type>
    {
        public override Type? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => Type.GetType(reader.GetString()!);

        public override void Write(Utf8JsonWriter writer, Type value, JsonSerializerOptions options) => writer.WriteStringValue(value.FullName);
    }
}
