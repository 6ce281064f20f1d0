using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Aldis.Generators.Tests.Analyzers;

/// <summary>Programs as text. Each sees a shop's events and services, and the usual namespaces.</summary>
internal static class Code
{
    private const string Shop = """
        global using System;
        global using System.Collections.Generic;
        global using System.IO;
        global using System.Linq;
        global using System.Threading;
        global using System.Threading.Tasks;
        global using System.Text.Json.Serialization;
        global using Aldis;
        global using Aldis.Transports;
        global using Microsoft.Extensions.Hosting;

        [Event("orders.placed")]
        public sealed record OrderPlaced(string Id, decimal Total);

        [Event("invoices.issued")]
        public sealed record InvoiceIssued(string OrderId, decimal Total);

        public sealed class Store
        {
            public Task SaveAsync(OrderPlaced order, CancellationToken cancel = default) => Task.CompletedTask;

            public ValueTask<int> CountAsync(string id) => new(0);

            public ValueTask<int> CountAsync(string id, CancellationToken cancel) => new(0);

            public void Save(OrderPlaced order) { }
        }
        """;

    private static readonly Lazy<ImmutableArray<MetadataReference>> _references = new(() => [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator)
        .Where(path => !Path.GetFileName(path).StartsWith("Aldis.Generators", StringComparison.Ordinal))
        .Select(path => MetadataReference.CreateFromFile(path))]);

    private static readonly Lazy<SyntaxTree> _shop = new(() => Parse(Shop, "Shop.cs"));

    public static CSharpParseOptions Parsing { get; } = new(LanguageVersion.CSharp14, DocumentationMode.None);

    public static CSharpCompilationOptions Compiling { get; } = new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, allowUnsafe: true);

    public static ImmutableArray<MetadataReference> References => _references.Value;

    public static string ShopText => Shop;

    /// <summary>Compiles files; they must have no errors. One with statements at its top is a program.</summary>
    public static CSharpCompilation Compile(params string[] files) => Compile([.. files.Select((text, index) => Parse(text, $"File{index + 1}.cs")), _shop.Value]);

    public static CSharpCompilation Compile(IReadOnlyList<SyntaxTree> trees)
    {
        var compilation = CSharpCompilation.Create("Program", trees, References, Compiling.WithOutputKind(KindOf(trees)));
        Assert.Empty(compilation.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return compilation;
    }

    public static OutputKind KindOf(IEnumerable<SyntaxTree> trees)
        => trees.Any(tree => tree.GetRoot().ChildNodes().Any(node => node is Microsoft.CodeAnalysis.CSharp.Syntax.GlobalStatementSyntax))
            ? OutputKind.ConsoleApplication
            : OutputKind.DynamicallyLinkedLibrary;

    public static SyntaxTree Parse(string text, string path) => CSharpSyntaxTree.ParseText(text, Parsing, path);
}
