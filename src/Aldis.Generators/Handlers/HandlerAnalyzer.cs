using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Aldis.Generators.Handlers;

/// <summary>Says why generated code leaves a call or a class alone. Apart from the generator, whose steps keep no places in syntax.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class HandlerAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } =
        [HandlerRules.Unseen, HandlerRules.NotListed, HandlerRules.NotConnected];

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterSyntaxNodeAction(CheckCall, SyntaxKind.InvocationExpression);
        context.RegisterSymbolAction(CheckClass, SymbolKind.NamedType);
    }

    private static void CheckCall(SyntaxNodeAnalysisContext context)
    {
        var call = (InvocationExpressionSyntax)context.Node;
        if (CallReader.IsCandidate(call) && CallReader.Read(call, context.SemanticModel, context.CancellationToken) is { Unseen: { } why })
        {
            var rule = CallReader.NameOf(call) == "ConnectReceivers" ? HandlerRules.NotConnected : HandlerRules.Unseen;
            context.ReportDiagnostic(Diagnostic.Create(rule, call.GetLocation(), why));
        }
    }

    private static void CheckClass(SymbolAnalysisContext context)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (type.TypeKind != TypeKind.Class || !type.GetMembers().OfType<IMethodSymbol>().Any(method => method.IsMarked(Names.Subscribe)))
        {
            return;
        }

        var why = TableReader.IsGeneric(type) ? "it is generic: add it with AddHandlers<T>()" : ClassReader.Read(type, context.Compilation).Unseen;
        if (why is not null)
        {
            context.ReportDiagnostic(Diagnostic.Create(HandlerRules.NotListed, type.Locations[0], type.Name, why));
        }
    }
}
