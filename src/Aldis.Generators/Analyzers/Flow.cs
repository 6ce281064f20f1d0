using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>What runs before what, as far as the shape of the code tells. Where it does not tell, the answer is no.</summary>
internal static class Flow
{
    /// <summary>Whether an operation has surely run whenever another one, further down, runs.</summary>
    public static bool IsSureBefore(IOperation first, IOperation second)
        => first.Syntax.Span.End <= second.Syntax.Span.End && Region(first) is { } region && Operations.Around(second).Contains(region);

    /// <summary>Whether two operations name the same variable, field or property, of the same object.</summary>
    public static bool IsSame(IOperation? one, IOperation? other) => (one, other) switch
    {
        (ILocalReferenceOperation a, ILocalReferenceOperation b) => Same(a.Local, b.Local),
        (IParameterReferenceOperation a, IParameterReferenceOperation b) => Same(a.Parameter, b.Parameter),
        (IMemberReferenceOperation a, IMemberReferenceOperation b) => Same(a.Member, b.Member) && (a.Member.IsStatic || IsSame(a.Instance, b.Instance)),
        (IInstanceReferenceOperation, IInstanceReferenceOperation) => true,
        (IConversionOperation a, _) => IsSame(a.Operand, other),
        (_, IConversionOperation b) => IsSame(one, b.Operand),
        _ => ReferenceEquals(one, other) && one is not null,
    };

    /// <summary>The innermost statements that an operation is one of; null where it runs only sometimes when they do.</summary>
    private static IOperation? Region(IOperation operation)
    {
        foreach (var outer in Operations.Around(operation))
        {
            switch (outer)
            {
                case IBlockOperation or ISwitchCaseOperation:
                    return outer;
                case IConditionalOperation or ICoalesceOperation or ICoalesceAssignmentOperation or IConditionalAccessOperation or ISwitchExpressionArmOperation
                    or IBinaryOperation or ICatchClauseOperation or ILoopOperation:
                    return null;
            }
        }

        return null;
    }

    private static bool Same(ISymbol one, ISymbol other) => SymbolEqualityComparer.Default.Equals(one, other);
}
