using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Aldis.Generators.Analyzers;

/// <summary>ALD9012: events with members that anybody can set.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class MutableEventAnalyzer() : AldisAnalyzer(Rules.MutableEvent)
{
    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
        => context.RegisterSymbolAction(symbol =>
        {
            var type = (INamedTypeSymbol)symbol.Symbol;
            if (!aldis.IsEvent(type))
            {
                return;
            }

            foreach (var member in type.GetMembers().Where(member => !member.IsStatic && Remedy(member) is not null))
            {
                symbol.ReportDiagnostic(Diagnostic.Create(Rules.MutableEvent, member.Locations[0], $"{type.Name}.{member.Name}", Remedy(member)));
            }
        }, SymbolKind.NamedType);

    private static string? Remedy(ISymbol member) => member switch
    {
        IPropertySymbol { SetMethod: { IsInitOnly: false, DeclaredAccessibility: Accessibility.Public or Accessibility.Internal } } property
            => property.IsImplicitlyDeclared || IsPositional(property) ? "make it a readonly record struct" : "write 'init' for 'set'",
        IFieldSymbol { IsReadOnly: false, IsConst: false, IsImplicitlyDeclared: false, DeclaredAccessibility: Accessibility.Public or Accessibility.Internal }
            => "make it a property with 'init'",
        _ => null,
    };

    /// <summary>The properties that a record struct has from its parameters can be set, unless the struct is readonly.</summary>
    private static bool IsPositional(IPropertySymbol property)
        => property.DeclaringSyntaxReferences is [var reference] && reference.GetSyntax() is Microsoft.CodeAnalysis.CSharp.Syntax.ParameterSyntax;
}
