using System.Text.Json;
using Aldis.Generators.Json;
using Aldis.Generators.Tests.Json.Cases;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Aldis.Generators.Tests.Json;

public sealed class EmittedCodeTests
{
    private static readonly string[] _sources = [Records.Source, Classes.Source, Structs.Source, Generics.Source, Cases.Scalars.Source, Cases.Collections.Source, Polymorphic.Source, Converted.Source];

    public static TheoryData<string> Sources => [.. _sources];

    [Fact]
    public void A_small_event_gives_this_source()
    {
        var compilation = Laboratory.Compile("namespace Shop; public sealed record Noted(string Text, int Times = 1) { public string? By { get; init; } }");
        Assert.Equal(Snapshots.Noted, JsonEmitter.Emit([Laboratory.ModelOf(compilation, "Shop.Noted")]), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void No_event_gives_a_resolver_that_knows_none()
    {
        var compilation = Laboratory.With(Laboratory.Compile(), JsonEmitter.Emit([]));
        Assert.Null(Laboratory.Resolver(Laboratory.Load(compilation)).GetTypeInfo(typeof(int), new()));
    }

    [Theory]
    [MemberData(nameof(Sources), DisableDiscoveryEnumeration = true)]
    public void Nothing_emitted_needs_reflection_or_code_made_at_run_time(string source)
    {
        var compilation = Laboratory.Compile(source);
        compilation = Laboratory.With(compilation, JsonEmitter.Emit(Laboratory.ModelsOf(compilation)));
        var tree = compilation.SyntaxTrees.Single(tree => tree.FilePath == "Emitted.cs");
        var semantics = compilation.GetSemanticModel(tree);
        var used = tree.GetRoot().DescendantNodes().Select(node => semantics.GetSymbolInfo(node).Symbol).OfType<ISymbol>().Distinct<ISymbol>(SymbolEqualityComparer.Default).ToArray();
        Assert.NotEmpty(used);
        Assert.All(used, symbol => Assert.False(NeedsReflection(symbol), symbol.ToDisplayString()));
    }

    [Theory]
    [MemberData(nameof(Sources), DisableDiscoveryEnumeration = true)]
    public void What_is_emitted_compiles_without_a_warning(string source)
    {
        var compilation = Laboratory.Compile(source);
        compilation = Laboratory.With(compilation, JsonEmitter.Emit(Laboratory.ModelsOf(compilation)));
        Assert.Empty(compilation.GetDiagnostics().Where(found => found.Severity != DiagnosticSeverity.Hidden && found.Location.SourceTree?.FilePath == "Emitted.cs"));
    }

    [Fact]
    public void Members_that_warn_or_forbid_to_be_used_are_used_all_the_same()
    {
        var compilation = Laboratory.Compile("""
            [System.Diagnostics.CodeAnalysis.Experimental("LAB1")] public record Trial(int A);
            [Obsolete] public record Old(int A) { [Obsolete("not any more", true)] public int B { get; set; } }
            """);
        Laboratory.Load(Laboratory.With(compilation, JsonEmitter.Emit([Laboratory.ModelOf(compilation, "Trial"), Laboratory.ModelOf(compilation, "Old")])));
    }

    [Fact]
    public void Types_of_another_assembly_are_described_as_far_as_they_are_public()
    {
        var library = Laboratory.Compile("""
            namespace Far;
            public record Money(decimal Amount) { public string Currency { get; init; } = "EUR"; internal int Cents { get; set; } [JsonInclude] private int Kept { get; set; } = 3; }
            internal record Inside(int A);
            public class Reaching { [JsonInclude] internal Inside? It { get; set; } }
            """).WithAssemblyName("Library");
        var compilation = Laboratory.Compile("public record Paid(Far.Money Price);").AddReferences(library.ToMetadataReference());
        Assert.Equal("Far.Inside", Assert.Single(Laboratory.ModelOf(compilation, "Far.Reaching").Faults).Type);

        var assembly = Laboratory.Load(Laboratory.With(compilation, JsonEmitter.Emit([Laboratory.ModelOf(compilation, "Paid")])), library);
        var options = new JsonSerializerOptions { TypeInfoResolver = Laboratory.Resolver(assembly) };
        const string Json = """{"Price":{"Amount":1.5,"Currency":"EUR","Kept":7}}""";
        var info = options.GetTypeInfo(assembly.GetType("Paid")!);
        Assert.Equal(Json, JsonSerializer.Serialize(JsonSerializer.Deserialize("""{"Price":{"Amount":1.5,"Kept":7}}""", info), info));
    }

    [Fact]
    public void The_order_of_the_events_changes_nothing()
    {
        var models = Laboratory.ModelsOf(Laboratory.Compile(Records.Source));
        Assert.Equal(JsonEmitter.Emit(models), JsonEmitter.Emit(models.Reverse()));
    }

    [Fact]
    public void Types_whose_names_look_alike_are_kept_apart()
    {
        var compilation = Laboratory.Compile("""
            namespace A { public record B_C(int X) { public int Y { get; init; } } }
            namespace A_B { public record C(int X) { public int Y { get; init; } } }
            namespace A { public record Of<T>(T X) { public int Y { get; init; } public class In { public int Z { get; init; } } } public class Of { public class In<T> { public T? Z { get; init; } } } }
            """);
        var models = new[] { "A.B_C", "A_B.C", "A.Of<int>", "A.Of<int?>", "A.Of<int>.In", "A.Of.In<int>" }.Select(type => Laboratory.ModelOf(compilation, type));
        Laboratory.Load(Laboratory.With(compilation, JsonEmitter.Emit(models)));
    }

    [Fact]
    public void An_event_that_cannot_be_done_is_left_to_reflection_and_hinders_no_other()
    {
        var compilation = Laboratory.Compile("public record Good(int A); public record Bad(Good Good, Type Type);");
        var assembly = Laboratory.Load(Laboratory.With(compilation, JsonEmitter.Emit([Laboratory.ModelOf(compilation, "Bad"), Laboratory.ModelOf(compilation, "Good")])));
        var resolver = Laboratory.Resolver(assembly);
        Assert.Null(resolver.GetTypeInfo(assembly.GetType("Bad")!, new()));
        Assert.NotNull(resolver.GetTypeInfo(assembly.GetType("Good")!, new() { TypeInfoResolver = resolver }));
    }

    private static bool NeedsReflection(ISymbol symbol)
        => symbol.ContainingNamespace?.ToDisplayString().StartsWith("System.Reflection", StringComparison.Ordinal) == true
            || (symbol.ContainingType?.ToDisplayString() is "System.Type" or "System.Activator" && symbol is IMethodSymbol { MethodKind: MethodKind.Ordinary })
            || symbol.GetAttributes().Concat(symbol.ContainingType?.GetAttributes() ?? []).Any(attribute
                => attribute.AttributeClass?.Name is "RequiresUnreferencedCodeAttribute" or "RequiresDynamicCodeAttribute");
}
