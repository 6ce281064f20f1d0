using System.Collections.Immutable;
using Aldis.Generators.Handlers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Aldis.Generators.Json;

/// <summary>
/// Writes the JSON metadata of the events that an assembly declares, and of those it handles or publishes and no other assembly has metadata of. The models
/// between its steps are values, so that a step whose result is what it was is the last that runs.
/// </summary>
[Generator(LanguageNames.CSharp)]
internal sealed class JsonGenerator : IIncrementalGenerator
{
    /// <inheritdoc/>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var declared = context.SyntaxProvider.ForAttributeWithMetadataName(Names.Event, static (node, _) => node is TypeDeclarationSyntax,
            static (found, cancel) => Models(EventTypes.Declared((INamedTypeSymbol)found.TargetSymbol), found.SemanticModel.Compilation, cancel));
        var marked = context.SyntaxProvider.ForAttributeWithMetadataName(Names.Subscribe, static (node, _) => node is MethodDeclarationSyntax,
            static (found, cancel) => Models(EventTypes.OfHandler((IMethodSymbol)found.TargetSymbol, found.SemanticModel.Compilation), found.SemanticModel.Compilation, cancel));
        var called = context.SyntaxProvider.CreateSyntaxProvider(static (node, _) => EventTypes.IsCandidate(node),
            static (found, cancel) => Models(EventTypes.OfCall((InvocationExpressionSyntax)found.Node, found.SemanticModel, cancel), found.SemanticModel.Compilation, cancel));

        var models = declared.Collect().Combine(marked.Collect()).Combine(called.Collect())
            .Select(static (all, _) => Together(all.Left.Left, all.Left.Right, all.Right)).WithTrackingName("Json");
        context.RegisterSourceOutput(models, static (output, models) =>
        {
            if (models.Count > 0)
            {
                output.AddSource("Json.g.cs", JsonEmitter.Emit(models));
            }
        });
    }

    /// <summary>What cannot be written is left to reflection; <see cref="JsonAnalyzer"/> tells why.</summary>
    private static EquatableArray<JsonModel> Models(IEnumerable<ITypeSymbol> types, Compilation compilation, CancellationToken cancel)
        => new(types.Select(type => JsonModel.Of(type, compilation, cancel)).Where(model => model.IsComplete));

    private static EquatableArray<JsonModel> Together(params ImmutableArray<EquatableArray<JsonModel>>[] found)
        => new(found.SelectMany(each => each).SelectMany(models => models).GroupBy(model => model.Root, StringComparer.Ordinal)
            .Select(group => group.First()).OrderBy(model => model.Root, StringComparer.Ordinal));
}
