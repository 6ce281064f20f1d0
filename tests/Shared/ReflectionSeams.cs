namespace Aldis.Tests.Shared;

/// <summary>The only places where a bus may do something with an event by reflection. One test proves that there are no others, another that a program has not come to these.</summary>
internal static class ReflectionSeams
{
    /// <summary>Types of the core, by their files below src/Aldis.</summary>
    public static readonly Dictionary<string, string> Types = new()
    {
        ["Catalog/HandlerBinder.cs"] = "Aldis.Catalog.HandlerBinder",
        ["Catalog/HandlerShape.cs"] = "Aldis.Catalog.HandlerShape",
        ["Catalog/HandlerResult.cs"] = "Aldis.Catalog.HandlerResult",
        ["Catalog/HandlerOrigin.cs"] = "Aldis.Catalog.HandlerOrigin",
        ["Catalog/EventNaming.cs"] = "Aldis.Catalog.EventNaming",
    };

    /// <summary>What the JSON codec goes to where nobody has described a type.</summary>
    public const string Json = "System.Text.Json.Serialization.Metadata.DefaultJsonTypeInfoResolver";
}
