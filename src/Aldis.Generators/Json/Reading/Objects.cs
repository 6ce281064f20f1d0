using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Json;

/// <summary>Reads a type that is written as an object: its members, from the most derived type down to the first, and how one is made.</summary>
internal sealed class Objects(JsonSurvey survey, INamedTypeSymbol type)
{
    private readonly Accessors _accessors = new();

    /// <summary>Members with [JsonIgnore] that hide what they override.</summary>
    private readonly List<IPropertySymbol> _ignored = [];

    /// <summary>Whether emitted code may use the member by its name.</summary>
    public static bool IsUsable(Compilation compilation, ISymbol member)
        => compilation.IsSymbolAccessibleWithin(member, compilation.Assembly) && !IsForbidden(member)
            && ((member as IMethodSymbol)?.AssociatedSymbol is not { } owner || !IsForbidden(owner));

    public JsonObjectModel Read()
    {
        var constructors = new Constructors(survey, type, _accessors);
        var construction = constructors.Read();
        var properties = Levels().SelectMany(level => Members(level, constructors.SetsRequired)).ToArray();
        return new(type.FullName(), construction, new(properties), _accessors.Found, Settings());
    }

    private JsonObjectSettings Settings()
        => new(type.JsonNumber("NumberHandling"), type.JsonNumber("UnmappedMemberHandling"), type.JsonNumber("ObjectCreationHandling"));

    private IEnumerable<INamedTypeSymbol> Levels() => type.TypeKind == TypeKind.Interface
        ? [type, .. type.AllInterfaces]
        : Types.BasesOf(type).TakeWhile(level => level.SpecialType is not (SpecialType.System_Object or SpecialType.System_ValueType));

    private IEnumerable<JsonPropertyModel> Members(INamedTypeSymbol level, bool setsRequired)
    {
        foreach (var property in level.GetMembers().OfType<IPropertySymbol>().Where(IsSeen))
        {
            if (property.IgnoreCondition() == Attributes.Always)
            {
                _ignored.Add(property);
            }

            yield return Read(property, property.Type, setsRequired);
        }

        foreach (var field in level.GetMembers().OfType<IFieldSymbol>().Where(field => !field.IsStatic && field.HasJson("Include")))
        {
            yield return Read(field, field.Type, setsRequired);
        }
    }

    private bool IsSeen(IPropertySymbol property)
        => !property.IsStatic && !property.IsIndexer && property.ExplicitInterfaceImplementations.IsEmpty
            && (IsOpen(property.GetMethod, false) || IsOpen(property.SetMethod, false) || property.HasJson("Include"))
            && !(IsVirtual(property) && _ignored.Any(ignored => Hides(ignored, property)));

    private static bool Hides(IPropertySymbol ignored, IPropertySymbol property)
        => IsVirtual(ignored) && ignored.Name == property.Name && ignored.Type.FullName() == property.Type.FullName();

    private JsonPropertyModel Read(ISymbol member, ITypeSymbol memberType, bool setsRequired)
    {
        var settings = Settings(member, memberType, setsRequired);
        if (settings.IgnoreCondition == Attributes.Always)
        {
            var name = survey.NamingFault(memberType) is null ? memberType.FullName() : "object";
            return new(member.Name, name, member.ContainingType.FullName(), null, null, settings, null);
        }

        var (getter, setter) = member is IPropertySymbol property ? Access(property) : Access((IFieldSymbol)member);
        return new(member.Name, memberType.FullName(), member.ContainingType.FullName(), getter, setter, settings, Converter(member, memberType));
    }

    /// <summary>The converter of the member. With one, nothing else about its type has to be known.</summary>
    private string? Converter(ISymbol member, ITypeSymbol memberType)
    {
        if (!survey.CanName(memberType))
        {
            return null;
        }

        if (member.Converter() is { } attribute)
        {
            return new Converters(survey).OfMember(member, memberType, attribute);
        }

        survey.Reach(memberType);
        return null;
    }

    private (string? Getter, string? Setter) Access(IPropertySymbol property)
    {
        if (property.RefKind != RefKind.None)
        {
            survey.Fault(property, "gives a reference");
            return default;
        }

        var isIncluded = property.HasJson("Include");
        return (IsOpen(property.GetMethod, isIncluded) ? Getter(property) : null, IsOpen(property.SetMethod, isIncluded) ? Setter(property) : null);
    }

    private string Getter(IPropertySymbol property) => IsUsable(survey.Compilation, property.GetMethod!)
        ? $"(({property.ContainingType.FullName()})target).{Types.Escaped(property.Name)}"
        : _accessors.Get(property);

    /// <summary>The serializer sets a property with init when the JSON has it, and lets it keep its value when not. So does an accessor.</summary>
    private string Setter(IPropertySymbol property) => IsUsable(survey.Compilation, property.SetMethod!) && !property.SetMethod!.IsInitOnly
        ? $"{Assignable(property)}.{Types.Escaped(property.Name)} = value!"
        : _accessors.Set(property);

    private (string Getter, string? Setter) Access(IFieldSymbol field)
    {
        var place = IsUsable(survey.Compilation, field) ? $"{Assignable(field)}.{Types.Escaped(field.Name)}" : _accessors.Field(field);
        return (place, field.IsReadOnly ? null : $"{place} = value!");
    }

    private static string Assignable(ISymbol member) => member.ContainingType is { IsValueType: true } owner
        ? Accessors.Unboxed(owner)
        : $"(({member.ContainingType.FullName()})target)";

    private static JsonPropertySettings Settings(ISymbol member, ITypeSymbol memberType, bool setsRequired) => new()
    {
        JsonName = member.Json("PropertyName")?.ConstructorArguments is [{ Value: string name }] ? name : null,
        IgnoreCondition = member.IgnoreCondition(),
        NumberHandling = member.JsonNumber("NumberHandling"),
        CreationHandling = member.JsonNumber("ObjectCreationHandling"),
        Order = member.JsonNumber("PropertyOrder") ?? 0,
        IsField = member is IFieldSymbol,
        IsVirtual = member is IPropertySymbol property && IsVirtual(property),
        IsIncluded = member.HasJson("Include"),
        IsExtensionData = member.HasJson("ExtensionData"),
        IsRequired = member.HasJson("Required") || (Constructors.IsRequired(member) && !setsRequired),
        GetsNull = Nullability.Gives(member, memberType),
        SetsNull = Nullability.Accepts(member, memberType),
    };

    private static bool IsVirtual(IPropertySymbol property) => property.IsVirtual || property.IsOverride || property.IsAbstract;

    private static bool IsOpen(IMethodSymbol? accessor, bool isIncluded)
        => accessor is not null && (isIncluded || accessor.DeclaredAccessibility == Accessibility.Public);

    /// <summary>A member that is obsolete to the point of an error cannot be named.</summary>
    private static bool IsForbidden(ISymbol member) => member.GetAttributes().Any(attribute
        => attribute.AttributeClass?.Is("System.ObsoleteAttribute") == true && attribute.ConstructorArguments is [_, { Value: true }, ..]);
}
