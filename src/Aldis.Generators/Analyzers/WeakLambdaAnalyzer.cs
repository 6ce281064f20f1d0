using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>
/// ALD9010: a weak connection whose receiver's target nobody else holds. A lambda that uses variables is made a target of its own by the compiler; one that
/// uses its object only is a method of that object, and one that uses nothing stays for ever.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class WeakLambdaAnalyzer() : AldisAnalyzer(Rules.WeakLambda)
{
    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
        => context.RegisterOperationAction(operation =>
        {
            if (Connection.Of((IInvocationOperation)operation.Operation, aldis) is { } connection && Unheld(connection.Receiver) is { } what
                && connection.Says("WeakReceiver") == OptionSays.Yes)
            {
                operation.ReportDiagnostic(Diagnostic.Create(Rules.WeakLambda, connection.Receiver.Syntax.GetLocation(), what));
            }
        }, OperationKind.Invocation);

    private static string? Unheld(IOperation receiver) => receiver switch
    {
        IAnonymousFunctionOperation lambda when Holding.Captured(lambda).FirstOrDefault() is { } variable
            => $"this lambda, which uses the variable '{variable.Name}'",
        IMethodReferenceOperation { Instance: { } instance } when Operations.Bare(instance) is IObjectCreationOperation made => $"this new {made.Type?.Name}",
        _ => null,
    };
}
