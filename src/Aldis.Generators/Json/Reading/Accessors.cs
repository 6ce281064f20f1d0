using System.Text;
using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Json;

/// <summary>
/// Collects the accessors that one object type needs. The holder of an accessor has the type parameters of the type it reaches into, for
/// the runtime matches them by position.
/// </summary>
internal sealed class Accessors
{
    private readonly List<JsonAccessor> _found = [];

    public EquatableArray<JsonAccessor> Found => new(_found.Distinct());

    /// <summary>The expression that reads a property through its accessor.</summary>
    public string Get(IPropertySymbol property)
    {
        var name = property.GetMethod!.MetadataName;
        var definition = property.OriginalDefinition;
        return Add(property.ContainingType, "Method", name, $"{definition.Type.FullName()} {name}({Target(definition)})") + $"({Argument(property)})";
    }

    /// <summary>The statement that sets a property through its accessor.</summary>
    public string Set(IPropertySymbol property)
    {
        var name = property.SetMethod!.MetadataName;
        var definition = property.OriginalDefinition;
        return Add(property.ContainingType, "Method", name, $"void {name}({Target(definition)}, {definition.Type.FullName()} value)")
            + $"({Argument(property)}, value!)";
    }

    /// <summary>The expression that is the field, for reading and setting.</summary>
    public string Field(IFieldSymbol field)
    {
        var definition = field.OriginalDefinition;
        var name = "field_" + field.MetadataName;
        return Add(field.ContainingType, "Field", field.MetadataName, $"ref {definition.Type.FullName()} {name}({Target(definition)})", name)
            + $"({Argument(field)})";
    }

    /// <summary>What stands before the arguments of the constructor.</summary>
    public string Create(IMethodSymbol constructor)
    {
        var definition = constructor.OriginalDefinition;
        var parameters = definition.Parameters.Select(parameter => $"{parameter.Type.FullName()} {Types.Escaped(parameter.Name)}");
        return Add(constructor.ContainingType, "Constructor", null, $"{definition.ContainingType.FullName()} Create({string.Join(", ", parameters)})", "Create");
    }

    private string Add(INamedTypeSymbol type, string kind, string? target, string declaration, string? name = null)
    {
        var parameters = Arguments(type.OriginalDefinition).Cast<ITypeParameterSymbol>().ToArray();
        var holder = Holder(type);
        var constraints = string.Concat(parameters.Select(Constraint));
        _found.Add(new(holder, Angles(parameters.Select(parameter => parameter.Name)), constraints, kind, target, declaration));
        return $"{holder}{Angles(Arguments(type).Select(argument => argument.FullName()))}.{name ?? target}";
    }

    private static string Target(ISymbol member)
        => $"{(member.ContainingType.IsValueType ? "ref " : "")}{member.ContainingType.FullName()} target";

    private static string Argument(ISymbol member) => member.ContainingType is { IsValueType: true } type
        ? $"ref {Unboxed(type)}"
        : $"({member.ContainingType.FullName()})target";

    /// <summary>A struct inside its box, so that what is set there stays.</summary>
    public static string Unboxed(ITypeSymbol type) => $"global::System.Runtime.CompilerServices.Unsafe.Unbox<{type.FullName()}>(target)";

    /// <summary>All type arguments, those of the outer types first, as the runtime counts them.</summary>
    private static IEnumerable<ITypeSymbol> Arguments(INamedTypeSymbol type)
        => [.. type.ContainingType is { } outer ? Arguments(outer) : [], .. type.TypeArguments];

    private static string Angles(IEnumerable<string> names)
    {
        var list = string.Join(", ", names);
        return list.Length == 0 ? "" : $"<{list}>";
    }

    private static string Holder(INamedTypeSymbol type)
    {
        var name = type.OriginalDefinition.PlainName();
        var isAmbiguous = name.Contains('_') || type.ContainingType is { IsGenericType: true };
        var text = new StringBuilder("Reach_").Append(name.Replace('.', '_'));
        return isAmbiguous ? text.Append('_').Append(Hash.Of(type.OriginalDefinition.FullName())).ToString() : text.ToString();
    }

    private static string Constraint(ITypeParameterSymbol parameter)
    {
        List<string> parts = [];
        if (parameter.HasUnmanagedTypeConstraint)
        {
            parts.Add("unmanaged");
        }
        else if (parameter.HasValueTypeConstraint)
        {
            parts.Add("struct");
        }
        else if (parameter.HasReferenceTypeConstraint)
        {
            parts.Add("class");
        }
        else if (parameter.HasNotNullConstraint)
        {
            parts.Add("notnull");
        }

        parts.AddRange(parameter.ConstraintTypes.Select(type => type.FullName()));
        if (parameter.HasConstructorConstraint)
        {
            parts.Add("new()");
        }

        return parts.Count == 0 ? "" : $" where {parameter.Name} : {string.Join(", ", parts)}";
    }
}
