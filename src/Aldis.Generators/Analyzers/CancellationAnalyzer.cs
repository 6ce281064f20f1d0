using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>ALD9003, ALD9004: calls in a handler that could be cancelled with it.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
internal sealed class CancellationAnalyzer() : AldisAnalyzer(Rules.TokenNotPassed, Rules.TokenNotTaken)
{
    /// <summary>The property of a diagnostic that says how the handler writes its token.</summary>
    public const string Source = "source";

    protected override void Start(CompilationStartAnalysisContext context, AldisSymbols aldis)
        => Handlers.Register(context, aldis, (handler, report) =>
        {
            var source = Cancellation.Source(handler.Method, aldis);
            if (source is null && (handler.Kind != HandlerKind.AnyShape || Cancellation.IsOffered(handler.Method, aldis)))
            {
                return;
            }

            foreach (var call in handler.Steps.OfType<IInvocationOperation>().Where(call => IsWorthCancelling(call, aldis)))
            {
                var (name, place) = (call.TargetMethod.Name, Places.Name(call));
                report(source is null
                    ? Diagnostic.Create(Rules.TokenNotTaken, place, name)
                    : Diagnostic.Create(Rules.TokenNotPassed, place, Properties(source), name, source));
            }
        });

    /// <summary>A call that blocks gets a rule of its own, and is not made better by a token.</summary>
    private static bool IsWorthCancelling(IInvocationOperation call, AldisSymbols aldis)
        => Cancellation.IsMissing(call, aldis) && BlockingCall.Name(call, aldis) is null;

    /// <summary>For the code fix, which shall not find out again where the handler has its token from.</summary>
    private static ImmutableDictionary<string, string?> Properties(string source) => ImmutableDictionary<string, string?>.Empty.Add(Source, source);
}
