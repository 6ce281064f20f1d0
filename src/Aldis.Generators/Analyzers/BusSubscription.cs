using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>A handler of a group, as far as the code tells.</summary>
/// <param name="Bus">What it is said to: a variable, or the start of a chain of calls.</param>
/// <param name="Group">The group.</param>
/// <param name="Event">The type of the event.</param>
/// <param name="Call">The call that subscribes it.</param>
/// <param name="Place">Where to point.</param>
internal sealed record BusSubscription(IOperation Bus, string Group, ITypeSymbol Event, IOperation Call, Location Place)
{
    /// <summary>The handlers that a call subscribes: one, or those of a class.</summary>
    public static IEnumerable<BusSubscription> Of(IInvocationOperation call, AldisSymbols aldis)
    {
        if (AldisSymbols.Is(call.TargetMethod.ContainingType, aldis.Builder) && call.TargetMethod is { Name: "AddHandlers", TypeArguments: [var type] })
        {
            return OfClass(type, aldis).Select(one => new BusSubscription(Start(call), one.Group, one.Event, call, Places.Name(call)));
        }

        return Registration.Of(call, aldis) is { Kind: not HandlerKind.Receiver } registration && Operations.Given(call, "group") is { } group
            && Operations.Text(group) is { } name && EventOf(call, registration, aldis) is { } @event
                ? [new BusSubscription(Start(call), name, @event, call, group.Syntax.GetLocation())]
                : [];
    }

    /// <summary>The methods of a class that are marked with [Subscribe].</summary>
    public static IEnumerable<(IMethodSymbol Method, string Group, ITypeSymbol Event)> OfClass(ITypeSymbol type, AldisSymbols aldis)
        => from method in type.GetMembers().OfType<IMethodSymbol>()
           from subscribe in Attributes.All(method, aldis.Subscribe)
           let @group = Attributes.Text(subscribe)
           let @event = HandlerShape.Event(method)?.Type
           where @group is not null && @event is not null
           select (method, @group, @event);

    /// <summary>Whether two handlers would compete for the same events.</summary>
    public bool Collides(BusSubscription other) => Group == other.Group && SymbolEqualityComparer.Default.Equals(Event, other.Event) && Flow.IsSame(Bus, other.Bus);

    private static ITypeSymbol? EventOf(IInvocationOperation call, Registration registration, AldisSymbols aldis)
        => registration.Kind == HandlerKind.Typed ? call.TargetMethod.TypeArguments[0]
            : registration.Method is { } method ? HandlerShape.Event(method)?.Type
            : null;

    /// <summary>What a chain of calls begins with: <c>bus</c> in <c>bus.UseInMemory().Subscribe(…)</c>.</summary>
    private static IOperation Start(IOperation operation)
    {
        while (true)
        {
            var inner = operation switch
            {
                IInvocationOperation { Instance: { } instance } => instance,
                IInvocationOperation { TargetMethod.IsExtensionMethod: true, Arguments: [var first, ..] } => first.Value,
                IConversionOperation conversion => conversion.Operand,
                _ => null,
            };
            if (inner is null)
            {
                return operation;
            }

            operation = inner;
        }
    }
}
