using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>Ways through a tree of operations.</summary>
internal static class Operations
{
    /// <summary>Everything below an operation, but for what is inside other functions.</summary>
    public static IEnumerable<IOperation> Within(IOperation operation)
    {
        foreach (var child in operation.ChildOperations)
        {
            if (child is IAnonymousFunctionOperation or ILocalFunctionOperation)
            {
                continue;
            }

            yield return child;
            foreach (var deeper in Within(child))
            {
                yield return deeper;
            }
        }
    }

    /// <summary>The operation without the conversions, parentheses and delegates that the compiler has put around it.</summary>
    public static IOperation Bare(IOperation operation) => operation switch
    {
        IConversionOperation { OperatorMethod: null } conversion => Bare(conversion.Operand),
        IDelegateCreationOperation creation => Bare(creation.Target),
        IParenthesizedOperation parenthesized => Bare(parenthesized.Operand),
        _ => operation,
    };

    /// <summary>The value of an argument, by the name of its parameter; null where the caller did not give it.</summary>
    public static IOperation? Given(IInvocationOperation call, string parameter) => call.Arguments
        .FirstOrDefault(argument => argument.Parameter?.Name == parameter && argument.ArgumentKind != ArgumentKind.DefaultValue)?.Value;

    /// <summary>The text of an operation that is constant.</summary>
    public static string? Text(IOperation? operation) => operation?.ConstantValue is { HasValue: true, Value: string text } ? text : null;

    /// <summary>The operations around one, from the inside.</summary>
    public static IEnumerable<IOperation> Around(IOperation operation)
    {
        for (var outer = operation.Parent; outer is not null; outer = outer.Parent)
        {
            yield return outer;
        }
    }

    /// <summary>The function that an operation stands in: a lambda, a local function, or the body of a member.</summary>
    public static IOperation Function(IOperation operation)
        => Around(operation).FirstOrDefault(outer => outer is IAnonymousFunctionOperation or ILocalFunctionOperation)
            ?? Around(operation).LastOrDefault()
            ?? operation;

    /// <summary>Whether the result of a call goes nowhere: it is a statement, or the end of one (<c>signal?.Connect(…);</c>).</summary>
    public static bool IsDropped(IOperation call) => call.Parent switch
    {
        IExpressionStatementOperation => true,
        IConditionalAccessOperation access when access.WhenNotNull == call => IsDropped(access),
        _ => false,
    };
}
