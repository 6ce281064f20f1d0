using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>Calls that hold a thread until something else has happened.</summary>
internal static class BlockingCall
{
    /// <summary>How the blocking call is written, for people, or null where the operation does not block.</summary>
    public static string? Name(IOperation operation, AldisSymbols aldis) => operation switch
    {
        IPropertyReferenceOperation { Property.Name: "Result", Instance: { } task } when aldis.IsTask(task.Type) => IsOver(task, operation) ? null : "Result",
        IInvocationOperation call => OfCall(call, aldis),
        _ => null,
    };

    private static string? OfCall(IInvocationOperation call, AldisSymbols aldis)
    {
        var type = call.TargetMethod.ContainingType;
        return call.TargetMethod.Name switch
        {
            "Wait" when AldisSymbols.Is(type, aldis.Task) || type.Name is "SemaphoreSlim" or "ManualResetEventSlim" or "CountdownEvent" => $"{type.Name}.Wait",
            "WaitOne" when type.Name == "WaitHandle" => "WaitHandle.WaitOne",
            "WaitAll" or "WaitAny" when AldisSymbols.Is(type, aldis.Task) => $"Task.{call.TargetMethod.Name}",
            "Sleep" or "Join" when AldisSymbols.Is(type, aldis.Thread) => $"Thread.{call.TargetMethod.Name}",
            "GetResult" when AwaitedBy(call, aldis) is { } task && !IsOver(task, call) => "GetAwaiter().GetResult()",
            _ => null,
        };
    }

    /// <summary>The task in <c>task.GetAwaiter().GetResult()</c>, with or without a <c>ConfigureAwait</c>.</summary>
    public static IOperation? AwaitedBy(IInvocationOperation call, AldisSymbols aldis)
    {
        if (call.Instance is not IInvocationOperation { TargetMethod.Name: "GetAwaiter", Instance: { } awaitable })
        {
            return null;
        }

        return awaitable is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } inner } && aldis.IsTask(inner.Type) ? inner
            : aldis.IsTask(awaitable.Type) ? awaitable
            : null;
    }

    /// <summary>Whether the task was awaited before, alone or among others, so that its result is there.</summary>
    private static bool IsOver(IOperation task, IOperation use)
    {
        if (Variable(task) is not { } variable)
        {
            return false;
        }

        return Operations.Within(Operations.Function(use)).Where(step => step.Syntax.SpanStart < use.Syntax.SpanStart).Any(step => step switch
        {
            IAwaitOperation awaited => Operations.Within(awaited).Any(part => SymbolEqualityComparer.Default.Equals(Variable(part), variable)),
            IPropertyReferenceOperation { Property.Name: "IsCompleted" or "IsCompletedSuccessfully", Instance: { } asked }
                => SymbolEqualityComparer.Default.Equals(Variable(asked), variable),
            _ => false,
        });
    }

    private static ISymbol? Variable(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        _ => null,
    };
}
