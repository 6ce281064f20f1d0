using System.Collections.Immutable;
using Aldis.Generators.Handlers;
using Aldis.Generators.Json;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Aldis.Generators.Tests.Support;

/// <summary>Compiles sources as a project that uses Aldis would, with the generator.</summary>
internal sealed class Compiling
{
    private const string Usings = """
        global using System; global using System.Collections.Generic; global using System.Linq;
        global using System.Threading; global using System.Threading.Tasks; global using Aldis;
        """;

    public const string Folder = "/home/somebody/Shop/";

    private static readonly MetadataReference[] _references = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
        .Split(Path.PathSeparator).Where(path => !Path.GetFileName(path).StartsWith("Aldis.Generators", StringComparison.Ordinal))
        .Select(path => MetadataReference.CreateFromFile(path))];

    private static readonly CSharpParseOptions _options = new CSharpParseOptions(LanguageVersion.CSharp14)
        .WithFeatures([new("InterceptorsNamespaces", "Some.Other;Aldis.Generated")]);

    public Compiling(params (string Path, string Text)[] sources)
    {
        var trees = sources.Append(("Usings.cs", Usings)).Select(source => Tree(source.Item1, source.Item2));
        Compilation = CSharpCompilation.Create("Shop", trees, _references,
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    public CSharpCompilation Compilation { get; init; }

    public static SyntaxTree Tree(string path, string text) => CSharpSyntaxTree.ParseText(text, _options, Folder + path, System.Text.Encoding.UTF8);

    public static CSharpGeneratorDriver Driver() => CSharpGeneratorDriver.Create(
        [new HandlerGenerator().AsSourceGenerator(), new JsonGenerator().AsSourceGenerator()], parseOptions: _options,
        optionsProvider: new ProjectOptions(new() { ["build_property.projectdir"] = Folder }), driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));

    /// <summary>Generates, and checks that what is generated compiles.</summary>
    /// <returns>The generated files by their names.</returns>
    public SortedDictionary<string, string> Generate() => Generate(out _);

    public SortedDictionary<string, string> Generate(out Compilation compiled)
    {
        var driver = Driver().RunGeneratorsAndUpdateCompilation(Compilation, out compiled, out var diagnostics);
        Assert.Empty(diagnostics);
        Assert.Empty(compiled.GetDiagnostics().Where(one => one.Severity >= DiagnosticSeverity.Error || (one.Severity >= DiagnosticSeverity.Warning
            && one.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) == true)));
        using var image = new MemoryStream();
        Assert.Empty(compiled.Emit(image).Diagnostics.Where(one => one.Severity >= DiagnosticSeverity.Error));
        return new(driver.GetRunResult().GeneratedTrees.ToDictionary(tree => Path.GetFileName(tree.FilePath), tree => tree.ToString()), StringComparer.Ordinal);
    }
}
