using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Aldis.Generators.Handlers;

/// <summary>
/// Binds handlers when the program is compiled: what HandlerBinder in Aldis does by reflection when a bus starts. The models between its steps are
/// values, so that a step whose result is what it was is the last that runs.
/// </summary>
[Generator(LanguageNames.CSharp)]
public sealed class HandlerGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var scope = ScopeOf(context).WithTrackingName("Scope");
        var classes = ClassesOf(context).WithTrackingName("Classes");
        var calls = CallsOf(context).WithTrackingName("Calls");
        var tables = context.CompilationProvider.Select(static (compilation, _) => TableReader.Referenced(compilation)).WithTrackingName("Tables");
        var table = TableOf(context, classes, calls).WithTrackingName("Table");

        context.RegisterSourceOutput(classes.Combine(scope), static (output, pair)
            => output.AddSource($"{pair.Left.Name}.g.cs", ClassWriter.WriteFile(pair.Left, pair.Right)));
        context.RegisterSourceOutput(calls.Combine(tables).Combine(scope), static (output, all)
            => output.AddSource(all.Left.Left.HintOf(all.Right), CallWriter.WriteFile(all.Left.Left.Calls, all.Left.Right, all.Right)));
        context.RegisterSourceOutput(table.Combine(scope), static (output, pair) =>
        {
            if (pair.Left.IsUsed)
            {
                output.AddSource("Handlers.g.cs", TableWriter.WriteFile(pair.Left, pair.Right));
            }
        });
    }

    private static IncrementalValueProvider<Scope> ScopeOf(IncrementalGeneratorInitializationContext context)
    {
        var folder = context.AnalyzerConfigOptionsProvider.Select(static (options, _)
            => options.GlobalOptions.TryGetValue("build_property.projectdir", out var found) ? found : null);
        return context.CompilationProvider.Select(static (compilation, _) => compilation.AssemblyName ?? "").Combine(folder)
            .Select(static (pair, _) => new Scope(pair.Left, pair.Right));
    }

    /// <summary>The first mark in a class stands for the class: of several, it is read once.</summary>
    private static IncrementalValuesProvider<ClassModel> ClassesOf(IncrementalGeneratorInitializationContext context)
    {
        return context.SyntaxProvider.ForAttributeWithMetadataName(Names.Subscribe, static (_, _) => true,
            static (found, _) => found.TargetSymbol.ContainingType is { } type && TableReader.IsIn(type) && IsFirst(type, found.TargetNode)
                ? ClassReader.Read(type, found.SemanticModel.Compilation).Model
                : null).Where(static model => model is not null).Select(static (model, _) => model!);
    }

    private static bool IsFirst(INamedTypeSymbol type, SyntaxNode node)
    {
        var mark = type.GetMembers().OfType<IMethodSymbol>().SelectMany(method => method.GetAttributes())
            .First(one => one.AttributeClass.Is(Names.Subscribe)).ApplicationSyntaxReference;
        return mark?.SyntaxTree == node.SyntaxTree && node.Span.Contains(mark.Span);
    }

    /// <summary>The calls of each file: a change in one file writes what belongs to that file.</summary>
    private static IncrementalValuesProvider<FileModel> CallsOf(IncrementalGeneratorInitializationContext context)
    {
        var calls = context.SyntaxProvider.CreateSyntaxProvider(static (node, _) => CallReader.IsCandidate(node),
            static (found, cancel) => CallReader.Read((InvocationExpressionSyntax)found.Node, found.SemanticModel, cancel)?.Model)
            .Where(static model => model is not null).Select(static (model, _) => model!);
        return calls.Collect().Combine(context.ParseOptionsProvider.Select(static (options, _) => IsAllowed(options)))
            .SelectMany(static (pair, _) => pair.Right ? FileModel.Group(pair.Left) : []);
    }

    /// <summary>A project that does not let us take the place of calls goes on as it is.</summary>
    internal static bool IsAllowed(ParseOptions options)
        => options.Features.TryGetValue("InterceptorsNamespaces", out var allowed)
        && allowed.Split(';').Any(one => one.Trim() is "Aldis" or Names.GeneratedNamespace);

    private static IncrementalValueProvider<TableModel> TableOf(IncrementalGeneratorInitializationContext context,
        IncrementalValuesProvider<ClassModel> classes, IncrementalValuesProvider<FileModel> calls)
    {
        var events = context.SyntaxProvider.ForAttributeWithMetadataName(Names.Event, static (node, _) => node is TypeDeclarationSyntax,
            static (found, _) => found.TargetSymbol is INamedTypeSymbol type && IsCatalogued(type, found.SemanticModel.Compilation) ? TopicNaming.Of(type) : null);
        var publishers = context.SyntaxProvider.CreateSyntaxProvider(static (node, _) => PublishReader.IsCandidate(node),
            static (found, cancel) => PublishReader.Read((InvocationExpressionSyntax)found.Node, found.SemanticModel, cancel));
        var names = classes.Select(static (model, _) => model.IsListed ? model.Name : "").Collect();
        var used = calls.Collect().Select(static (files, _) => files.Length > 0);
        return names.Combine(events.Collect()).Combine(publishers.Collect()).Combine(used).Select(static (all, _) =>
        {
            var (((classes, events), publishers), used) = all;
            return new TableModel(
                new(classes.Where(name => name.Length > 0).OrderBy(name => name, StringComparer.Ordinal)),
                new(events.OfType<EventModel>().OrderBy(type => type.Type, StringComparer.Ordinal)),
                new(publishers.OfType<PublishModel>()),
                used || !classes.IsEmpty || events.Any(type => type is not null));
        });
    }

    private static bool IsCatalogued(INamedTypeSymbol type, Compilation compilation)
        => !TableReader.IsGeneric(type) && !type.IsAbstract && TypeNames.Hidden(type, compilation) is null;
}
