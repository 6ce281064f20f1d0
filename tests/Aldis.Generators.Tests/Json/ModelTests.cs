using Aldis.Generators.Json;
using Aldis.Generators.Tests.Json.Cases;

namespace Aldis.Generators.Tests.Json;

public sealed class ModelTests
{
    [Fact]
    public void An_unrelated_edit_gives_an_equal_model()
    {
        var before = Laboratory.ModelsOf(Laboratory.Compile(Classes.Source));
        var after = Laboratory.ModelsOf(Laboratory.Compile("public class Unrelated;", "// a word more\n" + Classes.Source.Replace("Times++", "Times += 2", StringComparison.Ordinal)));
        Assert.Equal(before, after);
        Assert.Equal(before.Select(model => model.GetHashCode()), after.Select(model => model.GetHashCode()));
    }

    [Theory]
    [InlineData("int B", "long B")]
    [InlineData("int B", "int? B")]
    [InlineData("int B", "int C")]
    [InlineData("int B", "int B = 3")]
    [InlineData("int B", "[property: JsonPropertyName(\"b\")] int B")]
    [InlineData("get; init;", "get; set;")]
    [InlineData("get; init;", "get;")]
    [InlineData("get; init;", "get; private init;")]
    [InlineData("string C", "string? C")]
    [InlineData("string C", "required string C")]
    [InlineData("string C", "virtual string C")]
    [InlineData("public string C", "[JsonPropertyOrder(1)] public string C")]
    [InlineData("public string C", "[JsonIgnore] public string C")]
    [InlineData("public record A", "[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)] public record A")]
    [InlineData("record Inner", "record struct Inner")]
    public void A_change_that_shows_in_the_JSON_gives_another_model(string from, string to)
    {
        const string Source = "public record A(int B, Inner I) { public string C { get; init; } = \"\"; } public record Inner(int X);";
        var changed = Source.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(Source, changed);
        Assert.NotEqual(Model(Source), Model(changed));

        static JsonModel Model(string source) => Laboratory.ModelOf(Laboratory.Compile(source), "A");
    }

    [Theory]
    [InlineData("public class A { public Hidden? It { get; set; } public class Hidden; private class Secret; [JsonInclude] private Secret? Its { get; set; } }", "A.Secret", "is not accessible to generated code")]
    [InlineData("public class A { public Action? Call { get; set; } }", "System.Action", "is refused by System.Text.Json")]
    [InlineData("public class A { public Type? It { get; set; } }", "System.Type", "is refused by System.Text.Json")]
    [InlineData("public class A { public nint Handle { get; set; } }", "nint", "is refused by System.Text.Json")]
    [InlineData("public class A { public int[,] Grid { get; set; } = new int[1, 1]; }", "int[*,*]", "is an array of more than one dimension")]
    [InlineData("public class A { public ReadOnlySpan<int> Span => default; }", "System.ReadOnlySpan<int>", "is a ref struct")]
    [InlineData("public unsafe class A { public int* Pointer { get; set; } }", "int*", "is a pointer")]
    [InlineData("public class A { public int X; public ref int Y => ref X; }", "A.Y", "gives a reference")]
    [InlineData("public class A { public A(in int x) => X = x; public int X { get; } }", "in int x", "is passed by reference to the constructor")]
    [InlineData("public class A { public IAsyncEnumerable<int>? Stream { get; set; } }", "System.Collections.Generic.IAsyncEnumerable<int>", "is an asynchronous stream")]
    [InlineData("public class A { public System.Collections.ArrayList? List { get; set; } }", "System.Collections.ArrayList", "is a collection without an element type")]
    [InlineData("public class A { [JsonConstructor] public A(int x) { } [JsonConstructor] public A(string y) { } }", "A", "has more than one [JsonConstructor]")]
    [InlineData("public class A { [Own] public int X { get; set; } } public class OwnAttribute : JsonConverterAttribute { public override JsonConverter? CreateConverter(Type type) => null; }", "A.X", "has a converter that only its attribute knows")]
    [InlineData("public class A { [JsonConverter(typeof(C))] public int X { get; set; } } public class C(int y) : JsonConverter<int> { public override int Read(ref Utf8JsonReader r, Type t, JsonSerializerOptions o) => y; public override void Write(Utf8JsonWriter w, int v, JsonSerializerOptions o) { } }", "A.X", "has a converter, C, that has no public constructor without parameters")]
    [InlineData("public class A { public Deep<int>? Deep { get; set; } } public class Deep<T> { public Deep<List<T>>? Next { get; set; } }", null, "is more than 20 types deep")]
    [InlineData("file class A { }", "A", "is known in its own file only")]
    [InlineData("public class A { public B? Its { get; set; } private class P; [JsonDerivedType(typeof(P))] public class B; }", "A.P", "is not accessible to generated code")]
    public void What_cannot_be_done_is_told_with_the_reason(string source, string? type, string reason)
    {
        var model = Laboratory.ModelOf(Laboratory.Compile(source), "A");
        Assert.False(model.IsComplete);
        Assert.Contains(model.Faults, fault => fault.Reason == reason && (type is null || fault.Type == type));
    }

    [Fact]
    public void A_property_with_a_converter_may_be_of_any_type_that_has_a_name()
    {
        var model = Laboratory.ModelsOf(Laboratory.Compile(Converted.Source)).Single(model => model.Root == "global::Conv.Product");
        Assert.True(model.IsComplete);
        Assert.DoesNotContain(model.Types, type => type.Name == "global::System.Action");
    }

    [Fact]
    public void A_model_holds_each_type_once_in_order()
    {
        var model = Laboratory.ModelsOf(Laboratory.Compile(Records.Source)).Single(model => model.Root == "global::Shop.Recursive");
        Assert.Equal(["global::Shop.Recursive", "global::System.Collections.Generic.List<global::Shop.Recursive>", "string"], model.Types.Select(type => type.Name));
    }
}
