using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Aldis.Generators.Handlers;

/// <summary>Reads the calls that publish an event whose type is visible.</summary>
internal static class PublishReader
{
    public static bool IsCandidate(SyntaxNode node) => CallReader.NameOf(node) is "PublishAsync" or "Publish";

    public static PublishModel? Read(InvocationExpressionSyntax syntax, SemanticModel model, CancellationToken cancel)
    {
        if (model.GetSymbolInfo(syntax, cancel).Symbol is not IMethodSymbol method || EventOf(method) is not { } type
            || type.SpecialType == SpecialType.System_Object || TypeNames.Hidden(type, model.Compilation) is not null)
        {
            return null;
        }

        var origin = model.GetEnclosingSymbol(syntax.SpanStart, cancel) is { } enclosing ? Origin.Of(enclosing) : "";
        return new PublishModel(TopicNaming.Of(type), TopicNaming.IsDeclared(type), origin, PlaceModel.Of(syntax.GetLocation()));
    }

    private static ITypeSymbol? EventOf(IMethodSymbol method)
    {
        var type = method.ContainingType;
        return method.Name switch
        {
            "PublishAsync" when type.Is("Aldis.IEventBus") || type.Is("Aldis.EventBus") || type.Is("Aldis.TransactionExtensions") => method.TypeArguments[0],
            "PublishAsync" when type.Is("Aldis.Topic", 1) => type.TypeArguments[0],
            "Publish" when type.Is("Aldis.EventContext") => method.TypeArguments[0],
            _ => null,
        };
    }
}
