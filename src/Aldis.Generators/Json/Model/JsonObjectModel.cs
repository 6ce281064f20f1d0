namespace Aldis.Generators.Json;

/// <summary>A record, class, struct or interface that is written as an object.</summary>
/// <param name="Name">The type.</param>
/// <param name="Construction">How one is made when it is read; null when it cannot be.</param>
/// <param name="Properties">What is written and read, in the order in which the serializer finds it.</param>
/// <param name="Accessors">Ways to members that C# does not let the resolver use by name.</param>
/// <param name="Settings">What attributes on the type say.</param>
internal sealed record JsonObjectModel(
    string Name,
    JsonConstruction? Construction,
    EquatableArray<JsonPropertyModel> Properties,
    EquatableArray<JsonAccessor> Accessors,
    JsonObjectSettings Settings) : JsonTypeModel(Name);

/// <summary>How an object is made.</summary>
/// <param name="Expression">The expression that makes one; may use <c>arguments</c>.</param>
/// <param name="Parameters">The parameters of the constructor.</param>
internal sealed record JsonConstruction(string Expression, EquatableArray<JsonParameterModel> Parameters);

/// <summary>A parameter of the constructor.</summary>
/// <param name="Name">Its name, which is matched with a property.</param>
/// <param name="Type">Its type.</param>
/// <param name="Default">Its default value as an expression; null when it has none.</param>
/// <param name="IsNullable">Whether it takes null.</param>
internal sealed record JsonParameterModel(string Name, string Type, string? Default, bool IsNullable);

/// <summary>The numbers of the enums that attributes on the type give; null where there is none.</summary>
internal sealed record JsonObjectSettings(int? NumberHandling, int? UnmappedMemberHandling, int? CreationHandling);

/// <summary>A property, or a field with [JsonInclude].</summary>
/// <param name="Name">Its name in C#.</param>
/// <param name="Type">Its type.</param>
/// <param name="DeclaringType">The type that declares it.</param>
/// <param name="Getter">The expression that reads it from <c>target</c>; null when it is not written.</param>
/// <param name="Setter">The statement that sets it on <c>target</c> to <c>value</c>; null when it is not read.</param>
/// <param name="Settings">What else is to be said about it.</param>
/// <param name="Converter">Its own converter.</param>
internal sealed record JsonPropertyModel(
    string Name,
    string Type,
    string DeclaringType,
    string? Getter,
    string? Setter,
    JsonPropertySettings Settings,
    string? Converter);

/// <summary>What attributes and modifiers say about a property.</summary>
internal sealed record JsonPropertySettings
{
    public string? JsonName { get; init; }

    public int? IgnoreCondition { get; init; }

    public int? NumberHandling { get; init; }

    public int? CreationHandling { get; init; }

    public int Order { get; init; }

    public bool IsField { get; init; }

    public bool IsVirtual { get; init; }

    public bool IsIncluded { get; init; }

    public bool IsExtensionData { get; init; }

    public bool IsRequired { get; init; }

    public bool GetsNull { get; init; } = true;

    public bool SetsNull { get; init; } = true;
}

/// <summary>
/// A method without a body that the runtime binds to a member: for setters of init properties, for members with [JsonInclude] that are not
/// public, for constructors of types with required members. It is no reflection, and works in a program compiled ahead of time.
/// </summary>
/// <param name="Holder">The class that holds it: one for each type it reaches into.</param>
/// <param name="TypeParameters">The type parameters of the holder, which are those of the type: <c>&lt;T&gt;</c> or nothing.</param>
/// <param name="Constraints">The constraints on them.</param>
/// <param name="Kind">The name of the UnsafeAccessorKind.</param>
/// <param name="Target">The name of the member in metadata; null for a constructor.</param>
/// <param name="Declaration">Return type, name and parameters.</param>
internal sealed record JsonAccessor(string Holder, string TypeParameters, string Constraints, string Kind, string? Target, string Declaration);
