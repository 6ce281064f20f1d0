namespace Aldis.Generators.Json;

/// <summary>One type that the resolver knows.</summary>
/// <param name="Name">The type, fully qualified.</param>
internal abstract record JsonTypeModel(string Name);

/// <summary>A type that a converter writes: a scalar, an enum, a nullable value, or a type with a converter of its own.</summary>
/// <param name="Name">The type.</param>
/// <param name="Converter">The expression that gives the converter; may use <c>options</c>.</param>
internal sealed record JsonValueModel(string Name, string Converter) : JsonTypeModel(Name);

/// <summary>An array, a list, a set, a dictionary.</summary>
/// <param name="Name">The type.</param>
/// <param name="Method">The method of JsonMetadataServices that describes it, with its type arguments.</param>
/// <param name="Creator">The expression that makes an empty one, where one can be made.</param>
/// <param name="Extra">A further argument of the method: how an immutable one is filled.</param>
/// <param name="NumberHandling">What [JsonNumberHandling] on the type says.</param>
internal sealed record JsonCollectionModel(string Name, string Method, string? Creator, string? Extra, int? NumberHandling) : JsonTypeModel(Name);
