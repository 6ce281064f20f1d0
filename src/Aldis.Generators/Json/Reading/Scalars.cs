using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Json;

/// <summary>The types that System.Text.Json itself writes as one value, and those it refuses.</summary>
internal static class Scalars
{
    private const string Services = "global::System.Text.Json.Serialization.Metadata.JsonMetadataServices";

    private static readonly Dictionary<string, string> _named = new(StringComparer.Ordinal)
    {
        ["System.DateOnly"] = "DateOnly",
        ["System.DateTimeOffset"] = "DateTimeOffset",
        ["System.Guid"] = "Guid",
        ["System.Half"] = "Half",
        ["System.Int128"] = "Int128",
        ["System.TimeOnly"] = "TimeOnly",
        ["System.TimeSpan"] = "TimeSpan",
        ["System.UInt128"] = "UInt128",
        ["System.Uri"] = "Uri",
        ["System.Version"] = "Version",
        ["System.Text.Json.JsonDocument"] = "JsonDocument",
        ["System.Text.Json.JsonElement"] = "JsonElement",
        ["System.Text.Json.Nodes.JsonArray"] = "JsonArray",
        ["System.Text.Json.Nodes.JsonNode"] = "JsonNode",
        ["System.Text.Json.Nodes.JsonObject"] = "JsonObject",
        ["System.Text.Json.Nodes.JsonValue"] = "JsonValue",
    };

    /// <summary>The expression for the built-in converter of a type; null when it has none.</summary>
    public static string? ConverterOf(ITypeSymbol type)
        => NameOf(type) is { } name ? $"{Services}.{name}Converter" : null;

    /// <summary>Whether the serializer refuses every value of the type.</summary>
    public static bool IsRefused(ITypeSymbol type) => type.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr
        || type.TypeKind == TypeKind.Delegate
        || Types.BasesOf(type).Any(current => current.PlainName() is "System.Reflection.MemberInfo" or "System.Delegate"
            or "System.Runtime.Serialization.SerializationInfo");

    private static string? NameOf(ITypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Dynamic } => "Object",
        IArrayTypeSymbol { IsSZArray: true, ElementType.SpecialType: SpecialType.System_Byte } => "ByteArray",
        INamedTypeSymbol { TypeArguments: [{ SpecialType: SpecialType.System_Byte }] } memory => memory.PlainName() switch
        {
            "System.Memory" => "MemoryByte",
            "System.ReadOnlyMemory" => "ReadOnlyMemoryByte",
            _ => null,
        },
        INamedTypeSymbol { IsGenericType: false } => BuiltIn(type.SpecialType) ?? (_named.TryGetValue(type.PlainName(), out var name) ? name : null),
        _ => null,
    };

    private static string? BuiltIn(SpecialType type) => type switch
    {
        SpecialType.System_Boolean or SpecialType.System_Byte or SpecialType.System_Char or SpecialType.System_DateTime
            or SpecialType.System_Decimal or SpecialType.System_Double or SpecialType.System_Int16 or SpecialType.System_Int32
            or SpecialType.System_Int64 or SpecialType.System_Object or SpecialType.System_SByte or SpecialType.System_Single
            or SpecialType.System_String or SpecialType.System_UInt16 or SpecialType.System_UInt32 or SpecialType.System_UInt64
            => type.ToString().Substring("System_".Length),
        _ => null,
    };
}
