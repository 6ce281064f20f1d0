namespace Aldis.Generators.Json;

/// <summary>Writes the resolver: a question by type, a method for each type, and what they share.</summary>
internal sealed class ResolverWriter(SourceWriter text, JsonTypeModel[] types)
{
    private readonly Dictionary<string, string> _methods = JsonNames.ForMethods(types);

    public void Write(string name)
    {
        text.Line("/// <summary>Describes types to System.Text.Json without reflection, with whatever options it is asked.</summary>")
            .Line(JsonNames.Generated)
            .Open($"internal sealed partial class {name} : {JsonNames.Metadata}IJsonTypeInfoResolver");
        WriteQuestion();
        WriteShared();
        foreach (var type in types)
        {
            text.Line();
            Write(type);
        }

        AccessorWriter.Write(text, types.OfType<JsonObjectModel>().SelectMany(type => type.Accessors));
        text.Close();
    }

    private void WriteQuestion() => text
        .Line("/// <inheritdoc/>")
        .Open($"public {JsonNames.Metadata}JsonTypeInfo? GetTypeInfo(global::System.Type type, {JsonNames.Options} options)")
        .Lines(types.Select(type => $"if (type == typeof({type.Name})) return Describe<{type.Name}>(options, {_methods[type.Name]});"))
        .Line("return null;")
        .Close();

    private void WriteShared()
    {
        SharedParts.WriteDescribe(text);
        SharedParts.WriteExpand(text);
        if (types.OfType<JsonObjectModel>().Any(type => type.Properties.Any(property => property.Converter?.StartsWith("ExpandNullable", StringComparison.Ordinal) == true)))
        {
            SharedParts.WriteExpandNullable(text);
        }
    }

    private void Write(JsonTypeModel type)
    {
        var method = _methods[type.Name];
        switch (type)
        {
            case JsonValueModel value:
                text.Line(Head(type, method)).Line($"    => {JsonNames.Services}CreateValueInfo<{type.Name}>(options, {value.Converter});");
                break;
            case JsonCollectionModel collection:
                WriteCollection(collection, method);
                break;
            case JsonObjectModel model:
                new ObjectWriter(text, model, method).Write(Head(type, method));
                break;
        }
    }

    private static string Head(JsonTypeModel type, string method)
        => $"private static {JsonNames.Metadata}JsonTypeInfo<{type.Name}> {method}({JsonNames.Options} options)";

    private void WriteCollection(JsonCollectionModel type, string method)
    {
        var values = $"new {JsonNames.Metadata}JsonCollectionInfoValues<{type.Name}>";
        var creator = type.Creator is null ? "" : $" {{ ObjectCreator = static () => {type.Creator} }}";
        text.Open(Head(type, method))
            .Line($"var info = {JsonNames.Services}{type.Method}(options, {values}{(creator.Length == 0 ? "()" : creator)}{(type.Extra is null ? "" : ", " + type.Extra)});")
            .Line($"info.NumberHandling = {JsonNames.NumberHandling(type.NumberHandling)};")
            .Line("return info;")
            .Close();
    }
}
