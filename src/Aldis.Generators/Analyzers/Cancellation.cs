using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>Where a handler has its cancellation from, and which calls would take it.</summary>
internal static class Cancellation
{
    /// <summary>How a handler writes its own cancellation, or null where it has none.</summary>
    public static string? Source(IMethodSymbol handler, AldisSymbols aldis)
    {
        var named = handler.Parameters.Where(parameter => !parameter.IsDiscard && parameter.Name != "_").ToArray();
        return Array.Find(named, parameter => AldisSymbols.Is(parameter.Type, aldis.CancellationToken)) is { } token ? token.Name
            : Array.Find(named, parameter => AldisSymbols.Is(parameter.Type, aldis.Context)) is { } context ? context.Name + ".Cancellation"
            : null;
    }

    /// <summary>Whether a handler has a parameter for its cancellation, be it one that it has no name for: then it said that it does not want it.</summary>
    public static bool IsOffered(IMethodSymbol handler, AldisSymbols aldis) => handler.Parameters.Any(
        parameter => AldisSymbols.Is(parameter.Type, aldis.CancellationToken) || AldisSymbols.Is(parameter.Type, aldis.Context));

    /// <summary>Whether a call would take a token and gets none.</summary>
    public static bool IsMissing(IInvocationOperation call, AldisSymbols aldis)
    {
        if (aldis.CancellationToken is null || IsCleanup(call))
        {
            return false;
        }

        var tokens = call.Arguments.Where(argument => AldisSymbols.Is(argument.Parameter?.Type, aldis.CancellationToken)).ToArray();
        return tokens.Length > 0
            ? Array.TrueForAll(tokens, argument => argument.ArgumentKind == ArgumentKind.DefaultValue)
            : HasTwin(call.TargetMethod, aldis, call);
    }

    /// <summary>What puts things in order after a failure has to run to its end.</summary>
    private static bool IsCleanup(IOperation call)
    {
        for (var inner = call; inner.Parent is { } outer; inner = outer)
        {
            if (outer is ICatchClauseOperation || (outer is ITryOperation guarded && guarded.Finally == inner))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether there is an overload with the same parameters and a token behind them.</summary>
    private static bool HasTwin(IMethodSymbol method, AldisSymbols aldis, IOperation call) => method.ContainingType.GetMembers(method.Name)
        .OfType<IMethodSymbol>()
        .Where(twin => twin.IsStatic == method.IsStatic && twin.Arity == method.Arity && twin.Parameters.Length == method.Parameters.Length + 1)
        .Select(twin => twin.Arity == 0 ? twin : twin.Construct([.. method.TypeArguments]))
        .Any(twin => AldisSymbols.Is(twin.Parameters[twin.Parameters.Length - 1].Type, aldis.CancellationToken)
            && method.Parameters.Zip(twin.Parameters, SameType).All(same => same)
            && SymbolEqualityComparer.Default.Equals(method.ReturnType, twin.ReturnType)
            && call.SemanticModel!.IsAccessible(call.Syntax.SpanStart, twin));

    private static bool SameType(IParameterSymbol one, IParameterSymbol other) => one.RefKind == other.RefKind && !other.IsParams
        && SymbolEqualityComparer.Default.Equals(one.Type, other.Type);
}
