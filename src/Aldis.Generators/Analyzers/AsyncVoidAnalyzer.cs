using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Aldis.Generators.Analyzers;

/// <summary>ALD9001, ALD9002: handlers that nobody can wait for.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class AsyncVoidAnalyzer() : AldisAnalyzer(Rules.AsyncVoidHandler, Rules.AsyncVoidReceiver)
{
    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
        => Handlers.Register(context, aldis, static (handler, report) =>
        {
            if (handler.Method is { IsAsync: true, ReturnsVoid: true })
            {
                var rule = handler.Kind == HandlerKind.Receiver ? Rules.AsyncVoidReceiver : Rules.AsyncVoidHandler;
                report(Diagnostic.Create(rule, handler.Location, handler.Name));
            }
        });
}
