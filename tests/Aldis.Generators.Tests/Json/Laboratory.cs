using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json.Serialization.Metadata;
using Aldis.Generators.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Aldis.Generators.Tests.Json;

/// <summary>Compiles source, reads models from it, and runs what is emitted for them.</summary>
internal static class Laboratory
{
    private const string Usings = """
        global using System;
        global using System.Collections.Generic;
        global using System.Linq;
        global using System.Text.Json;
        global using System.Text.Json.Nodes;
        global using System.Text.Json.Serialization;
        """;

    private static readonly MetadataReference[] _references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator).Select(path => MetadataReference.CreateFromFile(path))];

    public static CSharpCompilation Compile(params string[] sources) => CSharpCompilation.Create(
        "Laboratory",
        sources.Prepend(Usings).Select(source => CSharpSyntaxTree.ParseText(source)),
        _references,
        new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));

    /// <summary>The model of a type, named as in C# with its namespace.</summary>
    public static JsonModel ModelOf(CSharpCompilation compilation, string type)
    {
        var tree = CSharpSyntaxTree.ParseText($"class Found {{ {type} found; }}");
        var field = tree.GetRoot().DescendantNodes().OfType<FieldDeclarationSyntax>().Single();
        var asked = compilation.AddSyntaxTrees(tree);
        var found = asked.GetSemanticModel(tree).GetTypeInfo(field.Declaration.Type).Type!;
        return JsonModel.Of(found is IErrorTypeSymbol ? asked.GetSymbolsWithName(type).OfType<ITypeSymbol>().Single() : found, asked);
    }

    /// <summary>The models of all types that stand in <c>typeof</c> in the class Values.</summary>
    public static JsonModel[] ModelsOf(CSharpCompilation compilation)
    {
        var found = from tree in compilation.SyntaxTrees
                    let semantics = compilation.GetSemanticModel(tree)
                    from values in tree.GetRoot().DescendantNodes().OfType<ClassDeclarationSyntax>()
                    where values.Identifier.Text == "Values"
                    from named in values.DescendantNodes().OfType<TypeOfExpressionSyntax>()
                    select semantics.GetTypeInfo(named.Type).Type;
        return [.. found.Distinct<ITypeSymbol>(SymbolEqualityComparer.Default).Select(type => JsonModel.Of(type, compilation))];
    }

    /// <summary>The compilation with what is emitted for the models.</summary>
    public static CSharpCompilation With(CSharpCompilation compilation, string emitted)
        => compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(emitted, path: "Emitted.cs"));

    /// <summary>Loads what was compiled, after the libraries it uses.</summary>
    public static Assembly Load(CSharpCompilation compilation, params CSharpCompilation[] libraries)
    {
        var context = new AssemblyLoadContext("Laboratory");
        Assembly[] loaded = [.. libraries.Append(compilation).Select(each => LoadInto(context, each))];
        return loaded[^1];
    }

    private static Assembly LoadInto(AssemblyLoadContext context, CSharpCompilation compilation)
    {
        using var image = new MemoryStream();
        var result = compilation.Emit(image);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics.Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Take(10)));
        image.Position = 0;
        return context.LoadFromStream(image);
    }

    public static IJsonTypeInfoResolver Resolver(Assembly assembly)
        => (IJsonTypeInfoResolver)assembly.GetType("Aldis.Generated.AldisJson", throwOnError: true)!
            .GetProperty("Resolver", BindingFlags.Static | BindingFlags.NonPublic)!.GetValue(null)!;
}
