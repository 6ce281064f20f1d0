namespace Aldis.Generators.Json;

/// <summary>Writes the resolver: a question by type, a method for each type, and what they share.</summary>
internal sealed class ResolverWriter(IndentedText text, JsonTypeModel[] types)
{
    private readonly Dictionary<string, string> _methods = Names.ForMethods(types);

    public void Write(string name) => text
        .Line("/// <summary>Describes types to System.Text.Json without reflection, with whatever options it is asked.</summary>")
        .Line(Names.Generated)
        .Block($"internal sealed partial class {name} : {Names.Metadata}IJsonTypeInfoResolver", () =>
        {
            WriteQuestion();
            WriteShared();
            foreach (var type in types)
            {
                text.Line();
                Write(type);
            }

            AccessorWriter.Write(text, types.OfType<JsonObjectModel>().SelectMany(type => type.Accessors));
        });

    private void WriteQuestion() => text
        .Line("/// <inheritdoc/>")
        .Block($"public {Names.Metadata}JsonTypeInfo? GetTypeInfo(global::System.Type type, {Names.Options} options)", () =>
        {
            foreach (var type in types)
            {
                text.Line($"if (type == typeof({type.Name})) return Describe<{type.Name}>(options, {_methods[type.Name]});");
            }

            text.Line("return null;");
        });

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
                text.Line(Head(type, method)).Line($"    => {Names.Services}CreateValueInfo<{type.Name}>(options, {value.Converter});");
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
        => $"private static {Names.Metadata}JsonTypeInfo<{type.Name}> {method}({Names.Options} options)";

    private void WriteCollection(JsonCollectionModel type, string method) => text.Block(Head(type, method), () =>
    {
        var values = $"new {Names.Metadata}JsonCollectionInfoValues<{type.Name}>";
        var creator = type.Creator is null ? "" : $" {{ ObjectCreator = static () => {type.Creator} }}";
        text.Line($"var info = {Names.Services}{type.Method}(options, {values}{(creator.Length == 0 ? "()" : creator)}{(type.Extra is null ? "" : ", " + type.Extra)});");
        text.Line($"info.NumberHandling = {Names.NumberHandling(type.NumberHandling)};");
        text.Line("return info;");
    });
}
