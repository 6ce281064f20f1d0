using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>A place that asks the transport for a feature.</summary>
/// <param name="Feature">The name of a property of <c>TransportFeatures</c>.</param>
/// <param name="What">What asks for it, for people.</param>
/// <param name="Place">Where to point.</param>
internal sealed record FeatureUse(string Feature, string What, Location Place)
{
    // Events of one key are to be handled in their order, which a transport without an order cannot keep.
    private const string Order = "Ordered";
    private const string Delays = "Delays";

    /// <summary>What an operation asks for; null where it asks for nothing.</summary>
    public static FeatureUse? Of(IOperation operation, AldisSymbols aldis) => operation switch
    {
        ISimpleAssignmentOperation { Target: IPropertyReferenceOperation target, Value: var value } => OfProperty(target.Property, value, target.Syntax, aldis),
        IInvocationOperation { TargetMethod.Name: "AddEvent" } call when AldisSymbols.Is(call.TargetMethod.ContainingType, aldis.Builder)
            && Operations.Given(call, "key") is { ConstantValue.HasValue: false } key => new FeatureUse(Order, "AddEvent(key)", key.Syntax.GetLocation()),
        _ => null,
    };

    private static FeatureUse? OfProperty(IPropertySymbol property, IOperation value, SyntaxNode syntax, AldisSymbols aldis)
    {
        var none = value.ConstantValue is { HasValue: true, Value: null } || Operations.Bare(value) is IFieldReferenceOperation { Field.Name: "Zero" };
        var name = $"{property.ContainingType.Name}.{property.Name}";
        return none ? null
            : property.Name == "Key" && AldisSymbols.Is(property.ContainingType, aldis.PublishOptions) ? new FeatureUse(Order, name, syntax.GetLocation())
            : property.Name is ("FirstDelay" or "MaxDelay") && AldisSymbols.Is(property.ContainingType, aldis.RetryPolicy)
                ? new FeatureUse(Delays, name, syntax.GetLocation())
            : null;
    }
}
