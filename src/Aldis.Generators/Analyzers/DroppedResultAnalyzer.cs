using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>
/// ALD9011: a connection that nobody can end. Not where it needs no end: the signal belongs to those who connect, the receiver holds no object, the
/// connection ends by itself, or the code runs once per process.
/// </summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class DroppedResultAnalyzer() : AldisAnalyzer(Rules.ResultDropped)
{
    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
    {
        var entry = context.Compilation.GetEntryPoint(context.CancellationToken);
        context.RegisterOperationAction(operation =>
        {
            var call = (IInvocationOperation)operation.Operation;
            if (Operations.IsDropped(call) && What(call, aldis, operation.ContainingSymbol, entry) is { } what)
            {
                operation.ReportDiagnostic(Diagnostic.Create(Rules.ResultDropped, Places.Name(call), what));
            }
        }, OperationKind.Invocation);
    }

    private static string? What(IInvocationOperation call, AldisSymbols aldis, ISymbol function, IMethodSymbol? entry)
    {
        if (call.TargetMethod.Name == "Muted" && AldisSymbols.Is(call.TargetMethod.ContainingType, aldis.AnySignal))
        {
            return "mute";
        }

        if (MarkedReceivers.Of(call, aldis) is { } marked)
        {
            return marked.HoldTheirObject && !Holding.IsOwn(marked.Source) && !RunsOnce(call, function, entry) ? "connection" : null;
        }

        return Connection.Of(call, aldis) is { } connection && (call.TargetMethod.Name == "ConnectedTo" || NeedsEnd(connection, function, entry))
            ? call.TargetMethod.Name == "Subscribe" ? "subscription" : "connection"
            : null;
    }

    private static bool NeedsEnd(Connection connection, ISymbol function, IMethodSymbol? entry)
        => connection.Says("WeakReceiver") == OptionSays.No && connection.Says("Once") == OptionSays.No
            && !Holding.IsNothing(connection.Receiver) && !Holding.IsOwn(connection.Source) && !RunsOnce(connection.Call, function, entry);

    /// <summary>Whether code runs at most once in a process: in the entry point or a static constructor, outside of loops and of other functions.</summary>
    private static bool RunsOnce(IOperation call, ISymbol function, IMethodSymbol? entry)
        => (SymbolEqualityComparer.Default.Equals(function, entry) || function is IMethodSymbol { MethodKind: MethodKind.StaticConstructor })
            && !Operations.Around(call).Any(outer => outer is ILoopOperation or IAnonymousFunctionOperation or ILocalFunctionOperation);
}
