using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>What the options of a connection say.</summary>
internal enum OptionSays
{
    No,
    Yes,
    Unknown,
}

/// <summary>A call that connects a receiver to a signal, or subscribes an observer to a subject.</summary>
/// <param name="Call">The call.</param>
/// <param name="Source">The signal or subject.</param>
/// <param name="Receiver">What is connected: a lambda, a method, or an expression.</param>
internal sealed record Connection(IInvocationOperation Call, IOperation Source, IOperation Receiver)
{
    /// <summary>Reads a call; null where it connects nothing.</summary>
    public static Connection? Of(IInvocationOperation call, AldisSymbols aldis)
    {
        var type = call.TargetMethod.ContainingType;
        var connects = AldisSymbols.Is(type, aldis.Signal) || AldisSymbols.Is(type, aldis.SignalWithAnswers) || AldisSymbols.Is(type, aldis.Subject);
        return connects && call.TargetMethod.Name is ("Connect" or "ConnectedTo" or "Subscribe") && call is { Instance: { } source, Arguments: [var receiver, ..] }
            ? new Connection(call, Concrete(source), Operations.Bare(receiver.Value))
            : null;
    }

    /// <summary>Whether the options switch something on.</summary>
    /// <param name="option">The name of a property of <c>ConnectOptions</c>.</param>
    public OptionSays Says(string option) => Operations.Given(Call, "options") is { } options ? Says(options, option) : OptionSays.No;

    /// <summary>The signal in <c>signal?.Connect(…)</c>.</summary>
    public static IOperation Concrete(IOperation source) => source is IConditionalAccessInstanceOperation
        ? Operations.Around(source).OfType<IConditionalAccessOperation>().First().Operation
        : source;

    private static OptionSays Says(IOperation options, string name) => Operations.Bare(options) switch
    {
        IObjectCreationOperation made => Says(made.Initializer, name) ?? OptionSays.No,
        IDefaultValueOperation => OptionSays.No,
        IWithOperation changed => Says(changed.Initializer, name) ?? Says(changed.Operand, name),
        IFieldReferenceOperation { Field.IsReadOnly: true } field => Says(field.Field, options, name),
        IPropertyReferenceOperation { Property: { SetMethod: null } property } => Says(property, options, name),
        ILocalReferenceOperation { Local: var local } => Says(local, options, name),
        _ => OptionSays.Unknown,
    };

    private static OptionSays? Says(IObjectOrCollectionInitializerOperation? initializer, string name) => initializer?.Initializers
        .OfType<ISimpleAssignmentOperation>()
        .Where(assignment => assignment.Target is IPropertyReferenceOperation property && property.Property.Name == name)
        .Select(assignment => assignment.Value.ConstantValue.Value switch { true => OptionSays.Yes, false => OptionSays.No, _ => OptionSays.Unknown })
        .Cast<OptionSays?>()
        .FirstOrDefault();

    /// <summary>What a variable was given where it was declared; a local may have been given something else since, which is rare.</summary>
    private static OptionSays Says(ISymbol variable, IOperation use, string name)
        => Declared.Value(variable, use) is { } value ? Says(value, name) : OptionSays.Unknown;
}
