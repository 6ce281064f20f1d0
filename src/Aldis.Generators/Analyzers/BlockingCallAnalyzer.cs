using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Aldis.Generators.Analyzers;

/// <summary>ALD9005: calls in a handler that block. A synchronous receiver of a signal is left alone: its sender waits for it in any case.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class BlockingCallAnalyzer() : AldisAnalyzer(Rules.BlockingCall)
{
    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
        => Handlers.Register(context, aldis, (handler, report) =>
        {
            if (handler.Kind == HandlerKind.Receiver && !handler.Method.IsAsync && !aldis.IsTask(handler.Method.ReturnType))
            {
                return;
            }

            foreach (var step in handler.Steps)
            {
                if (BlockingCall.Name(step, aldis) is { } name)
                {
                    report(Diagnostic.Create(Rules.BlockingCall, Places.Name(step), name));
                }
            }
        });
}
