using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>A place where a handler is given to a bus, a callback, a subject or a signal.</summary>
/// <param name="Given">What is given: a lambda, a method, or an expression that is a delegate.</param>
/// <param name="Kind">Who calls it.</param>
internal sealed record Registration(IOperation Given, HandlerKind Kind)
{
    /// <summary>Reads a call or the making of an object; null where it registers nothing.</summary>
    public static Registration? Of(IOperation operation, AldisSymbols aldis) => operation switch
    {
        IInvocationOperation call => OfCall(call, aldis),
        IObjectCreationOperation made when AldisSymbols.Is(made.Type, aldis.Callback) => OfArgument(made.Arguments, HandlerKind.Receiver),
        _ => null,
    };

    /// <summary>The method that is given, where it can be seen.</summary>
    public IMethodSymbol? Method => Given switch
    {
        IAnonymousFunctionOperation lambda => lambda.Symbol,
        IMethodReferenceOperation reference => reference.Method,
        _ => null,
    };

    private static Registration? OfCall(IInvocationOperation call, AldisSymbols aldis)
    {
        var (method, type) = (call.TargetMethod, call.TargetMethod.ContainingType);
        if ((AldisSymbols.Is(type, aldis.Builder) && method.Name == "Subscribe") || (AldisSymbols.Is(type, aldis.HostExtensions) && method.Name == "MapEvent"))
        {
            return OfArgument(call.Arguments, method.Name == "Subscribe" && method.TypeArguments.Length == 1 ? HandlerKind.Typed : HandlerKind.AnyShape);
        }

        var receives = AldisSymbols.Is(type, aldis.Signal) || AldisSymbols.Is(type, aldis.SignalWithAnswers)
            || AldisSymbols.Is(type, aldis.Subject) || AldisSymbols.Is(type, aldis.Callback);
        return receives && method.Name is ("Connect" or "ConnectedTo" or "Subscribe" or "Bind") ? OfArgument(call.Arguments, HandlerKind.Receiver) : null;
    }

    private static Registration? OfArgument(IEnumerable<IArgumentOperation> arguments, HandlerKind kind)
        => arguments.FirstOrDefault(argument => argument.Parameter?.Name is "handler" or "receiver" or "observer") is { } given
            ? new Registration(Operations.Bare(given.Value), kind)
            : null;
}
