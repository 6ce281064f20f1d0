using Aldis.Generators.Handlers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>A call that connects the methods of a class that are marked with [Receives].</summary>
/// <param name="Call">The call.</param>
/// <param name="Source">The space whose signals they are connected to.</param>
/// <param name="Class">The class of the object; null where there is none, or it is not known.</param>
internal sealed record MarkedReceivers(IInvocationOperation Call, IOperation Source, INamedTypeSymbol? Class)
{
    /// <summary>Whether signals keep the object alive until the connection is disposed. A static method has none, and one that receives once lets go by itself.</summary>
    public bool HoldTheirObject => Class is not null && ClassReader.Methods(Class, Names.Receives).Any(one => !one.Method.IsStatic && !Attributes.Value(one.Mark, "Once", false));

    /// <summary>Reads a call; null where it connects nothing of this kind.</summary>
    public static MarkedReceivers? Of(IInvocationOperation call, AldisSymbols aldis)
        => call is { TargetMethod: { Name: "ConnectReceivers" } method, Instance: { } space } && AldisSymbols.Is(method.ContainingType, aldis.SignalSpace)
            ? new MarkedReceivers(call, Connection.Concrete(space), method.TypeArguments.FirstOrDefault() as INamedTypeSymbol)
            : null;
}
