using System.Collections.Immutable;
using Aldis.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Aldis.Generators.Tests.Analyzers;

/// <summary>Every analyzer and code fix that the assemblies bring, and every rule of the table.</summary>
internal static class AllAnalyzers
{
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } = Made<DiagnosticAnalyzer>(typeof(AldisAnalyzer));

    /// <summary>The analyzers of the rules in the table; the generator has some of its own.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> OfTable { get; } = [.. Analyzers.Where(analyzer => analyzer is AldisAnalyzer)];

    public static ImmutableArray<CodeFixProvider> Fixes { get; } = Made<CodeFixProvider>(typeof(CodeFixes.AldisFix));

    public static ImmutableArray<DiagnosticDescriptor> Rules { get; } = [.. typeof(Rules).GetFields()
        .Select(field => field.GetValue(null)).OfType<DiagnosticDescriptor>().OrderBy(rule => rule.Id, StringComparer.Ordinal)];

    /// <summary>What the analyzers of the table say of a compilation, in the order of the places. One that throws fails the test.</summary>
    public static async Task<Diagnostic[]> SaidAsync(Compilation compilation)
    {
        var said = await compilation.WithAnalyzers(OfTable).GetAnalyzerDiagnosticsAsync();
        Assert.DoesNotContain(said, diagnostic => diagnostic.Id == "AD0001");
        return [.. said.OrderBy(one => one.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(one => one.Location.SourceSpan.Start)];
    }

    private static ImmutableArray<T> Made<T>(Type one) where T : class => [.. one.Assembly.GetTypes()
        .Where(type => type.IsSubclassOf(typeof(T)) && !type.IsAbstract)
        .Select(type => (T)Activator.CreateInstance(type)!)];
}
