using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Aldis.Generators.Handlers;

/// <summary>Finds out how generated code can call a method. One that only its class may call is reached by an accessor of the runtime, without reflection.</summary>
internal static class TargetReader
{
    public static Reading<TargetModel> Read(IMethodSymbol method, Compilation compilation)
    {
        var type = TypeNames.Of(method.ContainingType);
        if (compilation.IsSymbolAccessibleWithin(method, compilation.Assembly))
        {
            return new TargetModel($"{(method.IsStatic ? type : $"(({type})target)")}.{Escaped(method.Name)}", method.IsStatic);
        }

        if (method.ContainingType.IsGenericType)
        {
            return Reading<TargetModel>.Hidden($"{method.Name} is {method.DeclaredAccessibility.ToString().ToLowerInvariant()} in a generic class");
        }

        var name = $"Call_{Mangled(TypeNames.MetadataOf(method.ContainingType))}_{Mangled(method.Name)}_{Hash.Of(method.ToDisplayString())}";
        return new TargetModel(name, method.IsStatic, Accessor(method, type, name), method.IsStatic ? "null" : "target");
    }

    /// <summary>A name with nothing in it that a name may not have.</summary>
    public static string Mangled(string name) => new([.. name.Select(letter => SyntaxFacts.IsIdentifierPartCharacter(letter) ? letter : '_')]);

    /// <summary>The same, with what tells apart two names that differ in what is left out.</summary>
    public static string Unique(string name)
        => name.All(letter => char.IsLetterOrDigit(letter) || letter == '.') ? Mangled(name) : $"{Mangled(name)}_{Hash.Of(name)}";

    private static string Accessor(IMethodSymbol method, string type, string name)
    {
        // A static class can be no parameter, so its name stands for it.
        var first = method.ContainingType.IsStatic
            ? $"[global::System.Runtime.CompilerServices.UnsafeAccessorType({Literal.Of($"{TypeNames.MetadataOf(method.ContainingType)}, {method.ContainingAssembly.Name}")})] object"
            : type;
        var parameters = method.Parameters.Select((parameter, index) => $"{TypeNames.Of(parameter.Type)} argument{index}");
        var kind = method.IsStatic ? "StaticMethod" : "Method";
        return $"[global::System.Runtime.CompilerServices.UnsafeAccessor(global::System.Runtime.CompilerServices.UnsafeAccessorKind.{kind}, Name = {Literal.Of(method.MetadataName)})]\n"
            + $"private static extern {(method.ReturnsVoid ? "void" : TypeNames.Of(method.ReturnType))} {name}({string.Join(", ", parameters.Prepend($"{first} target"))});";
    }

    private static string Escaped(string name) => SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;
}
