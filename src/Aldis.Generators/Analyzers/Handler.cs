using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Analyzers;

/// <summary>Who calls a handler, and so what it may look like.</summary>
internal enum HandlerKind
{
    /// <summary>A bus, which gives it whatever parameters it has.</summary>
    AnyShape,

    /// <summary>A bus, which gives it the event and an <c>EventContext</c>.</summary>
    Typed,

    /// <summary>A callback, a subject or a signal.</summary>
    Receiver,
}

/// <summary>A method or lambda that is called with events.</summary>
/// <param name="Method">The method; that of a lambda has no name.</param>
/// <param name="Body">What it does; null where its source is not here.</param>
/// <param name="Kind">Who calls it.</param>
internal sealed record Handler(IMethodSymbol Method, IOperation? Body, HandlerKind Kind)
{
    /// <summary>Its name, for people.</summary>
    public string Name => Method.MethodKind == MethodKind.AnonymousFunction ? "a lambda" : $"{Method.ContainingType.Name}.{Method.Name}";

    /// <summary>Where a person looks for it: the name of a method, the whole of a lambda.</summary>
    public Location Location => Method.Locations[0];

    /// <summary>What it does itself, and not what the functions inside it do, which may be called by anybody at any time.</summary>
    public IEnumerable<IOperation> Steps => Body is null ? [] : Operations.Within(Body);
}
