using System.Collections.Concurrent;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>
/// ALD9014: a class of this compilation that is published and that no bus here can know. What another assembly declares, and what may be something else when
/// it runs (an interface, an abstract class, a type parameter), is left alone.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class UndeclaredAnalyzer() : AldisAnalyzer(Rules.Undeclared)
{
    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
    {
        var declared = new ConcurrentDictionary<ITypeSymbol, bool>(SymbolEqualityComparer.Default);
        var isUnknown = false;
        var published = new ConcurrentBag<(ITypeSymbol Type, Location Place)>();
        context.RegisterOperationAction(operation =>
        {
            var call = (IInvocationOperation)operation.Operation;

            // A delegate from elsewhere may take any event.
            isUnknown |= Registration.Of(call, aldis) is { Kind: HandlerKind.AnyShape, Method: null };
            foreach (var use in EventUse.Of(call, aldis))
            {
                if (use.Kind == EventUseKind.Declares)
                {
                    declared.TryAdd(use.Type.WithNullableAnnotation(NullableAnnotation.None), true);
                }
                else if (use.Kind == EventUseKind.Publishes && IsSure(use.Type, aldis, context.Compilation))
                {
                    published.Add((use.Type, Places.Name(call)));
                }
            }
        }, OperationKind.Invocation);
        context.RegisterSymbolAction(symbol =>
        {
            if (Attributes.Find(symbol.Symbol, aldis.Subscribe) is not null)
            {
                foreach (var use in EventUse.OfHandler((IMethodSymbol)symbol.Symbol, aldis))
                {
                    declared.TryAdd(use.Type.WithNullableAnnotation(NullableAnnotation.None), true);
                }
            }
        }, SymbolKind.Method);
        context.RegisterCompilationEndAction(end =>
        {
            // Where a type parameter is declared, it may be any type.
            if (isUnknown || declared.Keys.Any(type => type.TypeKind == TypeKind.TypeParameter))
            {
                return;
            }

            foreach (var (type, place) in published.Where(one => !declared.ContainsKey(one.Type.WithNullableAnnotation(NullableAnnotation.None))))
            {
                end.ReportDiagnostic(Diagnostic.Create(Rules.Undeclared, place, type.Locations, type.Name));
            }
        });
    }

    private static bool IsSure(ITypeSymbol type, AldisSymbols aldis, Compilation compilation)
        => type is INamedTypeSymbol { IsAbstract: false, TypeKind: TypeKind.Class or TypeKind.Struct, SpecialType: SpecialType.None } && !aldis.IsEvent(type)
            && SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly);
}
