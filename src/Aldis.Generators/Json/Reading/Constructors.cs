using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Json;

/// <summary>Finds the constructor that the serializer uses, by its rules: the one with [JsonConstructor], else one without parameters, else the only public one.</summary>
internal sealed class Constructors(JsonSurvey survey, INamedTypeSymbol type, Accessors accessors)
{
    /// <summary>The constructor; null when there is none to choose, or the struct needs none.</summary>
    public IMethodSymbol? Chosen { get; } = Choose(survey, type);

    /// <summary>Whether the constructor promises to set what is required.</summary>
    public bool SetsRequired => Chosen?.Has("System.Diagnostics.CodeAnalysis.SetsRequiredMembersAttribute") == true;

    public static bool IsRequired(ISymbol member) => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true };

    public JsonConstruction? Read()
    {
        if (type.IsAbstract || type.TypeKind == TypeKind.Interface)
        {
            return null;
        }

        if (Chosen is not { } constructor)
        {
            return type.IsValueType ? new(HasRequired ? $"default({type.FullName()})" : $"new {type.FullName()}()", default) : null;
        }

        foreach (var parameter in constructor.Parameters.Where(parameter => parameter.RefKind != RefKind.None))
        {
            survey.Fault(parameter, "is passed by reference to the constructor");
        }

        return new(Call(constructor), new(constructor.Parameters.Select(Read)));
    }

    private bool HasRequired => Types.BasesOf(type).SelectMany(current => current.GetMembers()).Any(IsRequired);

    private static IMethodSymbol? Choose(JsonSurvey survey, INamedTypeSymbol type)
    {
        IMethodSymbol[] all = [.. type.InstanceConstructors.Where(constructor => !(constructor.IsImplicitlyDeclared && type.IsValueType))];
        IMethodSymbol[] marked = [.. all.Where(constructor => constructor.HasJson("Constructor"))];
        if (marked.Length > 1)
        {
            survey.Fault(type, "has more than one [JsonConstructor]");
        }

        IMethodSymbol[] open = [.. all.Where(constructor => constructor.DeclaredAccessibility == Accessibility.Public)];
        var isPair = type.Is("System.Collections.Generic.KeyValuePair");
        var natural = open.FirstOrDefault(constructor => constructor.Parameters.IsEmpty) ?? (open is [var only] ? only : null);
        return marked.FirstOrDefault() ?? (type.IsValueType && !isPair && natural is not { Parameters: [] } ? null : natural);
    }

    private string Call(IMethodSymbol constructor)
    {
        var isOpen = Objects.IsUsable(survey.Compilation, constructor) && (SetsRequired || !HasRequired);
        var arguments = constructor.Parameters.Select((parameter, index) => $"({parameter.Type.FullName()})arguments[{index}]");
        return $"{(isOpen ? $"new {type.FullName()}" : accessors.Create(constructor))}({string.Join(", ", arguments)})";
    }

    private static bool CanBeNull(ITypeSymbol type) => !type.IsValueType || Types.NullableOf(type) is not null;

    private JsonParameterModel Read(IParameterSymbol parameter)
    {
        survey.CanName(parameter.Type);
        return new(parameter.Name, parameter.Type.FullName(),
            parameter.HasExplicitDefaultValue ? Default(parameter) : null,
            CanBeNull(parameter.Type) && Nullability.Accepts(parameter, parameter.Type));
    }

    private static string Default(IParameterSymbol parameter)
        => parameter.ExplicitDefaultValue is { } value ? Literal.Of(value, parameter.Type.FullName()) : $"default({parameter.Type.FullName()})";
}
