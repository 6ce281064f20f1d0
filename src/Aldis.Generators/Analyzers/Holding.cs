using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Operations;

namespace Aldis.Generators.Analyzers;

/// <summary>Which objects a receiver holds, and to whom a signal belongs: what decides whether a connection that nobody ends is a leak.</summary>
internal static class Holding
{
    /// <summary>Whether a receiver holds no object that could have gone otherwise: it is static, or a lambda without anything from outside.</summary>
    public static bool IsNothing(IOperation receiver) => receiver switch
    {
        IAnonymousFunctionOperation lambda => !UsesThis(lambda) && !Captured(lambda).Any(),
        IMethodReferenceOperation method => method.Method.IsStatic && method.Instance is null,
        _ => false,
    };

    /// <summary>
    /// The variables of the surrounding functions that a lambda uses. What a primary constructor has taken belongs to the object and is none of them.
    /// </summary>
    public static IEnumerable<ISymbol> Captured(IAnonymousFunctionOperation lambda) => lambda.Body.Descendants()
        .Select(operation => operation switch
        {
            ILocalReferenceOperation { IsDeclaration: false } local when !local.Local.IsConst => local.Local,
            IParameterReferenceOperation parameter when !IsOfObject(parameter) => (ISymbol)parameter.Parameter,
            _ => null,
        })
        .OfType<ISymbol>()
        .Where(symbol => !IsInside(symbol, lambda));

    /// <summary>Whether a lambda uses the object it stands in.</summary>
    public static bool UsesThis(IAnonymousFunctionOperation lambda) => lambda.Body.Descendants().Any(operation => operation switch
    {
        IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance } => true,
        IParameterReferenceOperation parameter => IsOfObject(parameter),
        _ => false,
    });

    /// <summary>
    /// Whether a signal surely goes with those who connect to it: it was made in this function, or belongs to this object, or is a part of what was or does.
    /// </summary>
    public static bool IsOwn(IOperation source, int depth = 0) => depth < 8 && source switch
    {
        IObjectCreationOperation made => !IsNamedPair(made),
        ILocalReferenceOperation { Local: var local } => Declared.Value(local, source) is { } value && IsOwn(value, depth + 1),
        IFieldReferenceOperation { Field.IsStatic: false, Instance: IInstanceReferenceOperation } field
            => Declared.Value(field.Field, source) is { } value && IsOwn(value, depth + 1),
        IPropertyReferenceOperation { Property.IsStatic: false, Instance: IInstanceReferenceOperation } property
            => Declared.Value(property.Property, source) is { } value && IsOwn(value, depth + 1),
        IMemberReferenceOperation { Instance: { } instance } => IsOwn(instance, depth + 1),
        IInvocationOperation { Instance: { } instance } => IsOwn(instance, depth + 1),
        IConversionOperation conversion => IsOwn(conversion.Operand, depth + 1),
        _ => false,
    };

    /// <summary>A pair of signals with a name is a new object around signals that are not.</summary>
    private static bool IsNamedPair(IObjectCreationOperation made) => made.Type?.Name == "BeforeAfter" && made.Arguments.Length > 0;

    private static bool IsOfObject(IParameterReferenceOperation use)
        => use.Parameter.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Constructor, DeclaringSyntaxReferences: [var reference] }
            && reference.GetSyntax() is TypeDeclarationSyntax && !Operations.Around(use).OfType<ISymbolInitializerOperation>().Any();

    private static bool IsInside(ISymbol symbol, IAnonymousFunctionOperation lambda)
    {
        for (var function = symbol.ContainingSymbol; function is IMethodSymbol method; function = method.ContainingSymbol)
        {
            if (SymbolEqualityComparer.Default.Equals(method, lambda.Symbol))
            {
                return true;
            }
        }

        return false;
    }
}
