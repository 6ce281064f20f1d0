namespace Aldis.Generators.Json;

/// <summary>Writes the description of a type that is an object in JSON.</summary>
internal sealed class ObjectWriter(IndentedText text, JsonObjectModel type, string method)
{
    private const string Property = Names.Metadata + "JsonPropertyInfo";
    private const string Parameter = Names.Metadata + "JsonParameterInfoValues";

    private bool HasParameters => type.Construction is { Parameters.Count: > 0 };

    public void Write(string head)
    {
        text.Block(head, WriteInfo).Line();
        WriteProperties();
        if (HasParameters)
        {
            text.Line();
            WriteParameters(type.Construction!.Parameters);
        }
    }

    private void WriteInfo()
    {
        text.Block($"var info = {Names.Services}CreateObjectInfo<{type.Name}>(options, new {Names.Metadata}JsonObjectInfoValues<{type.Name}>", () =>
        {
            WriteConstruction();
            text.Line($"PropertyMetadataInitializer = _ => {method}_Properties(options),");
        }, "});");
        text.Line($"info.NumberHandling = {Names.NumberHandling(type.Settings.NumberHandling)};");
        Set("UnmappedMemberHandling", "JsonUnmappedMemberHandling", type.Settings.UnmappedMemberHandling);
        Set("PreferredPropertyObjectCreationHandling", "JsonObjectCreationHandling", type.Settings.CreationHandling);
        text.Line("return info;");
    }

    private void Set(string property, string enumeration, int? value)
    {
        if (value is { } number)
        {
            text.Line($"info.{property} = ({Names.Serialization}{enumeration}){number};");
        }
    }

    private void WriteConstruction()
    {
        if (HasParameters)
        {
            text.Line($"ObjectWithParameterizedConstructorCreator = static arguments => {type.Construction!.Expression},")
                .Line($"ConstructorParameterMetadataInitializer = {method}_Parameters,");
        }
        else if (type.Construction is { } construction)
        {
            text.Line($"ObjectCreator = static () => {construction.Expression},");
        }
    }

    private void WriteParameters(Sequence<JsonParameterModel> parameters) => text
        .Block($"private static {Parameter}[] {method}_Parameters() => new {Parameter}[]", () =>
        {
            for (var position = 0; position < parameters.Count; position++)
            {
                var (name, type, value, isNullable) = parameters[position];
                var initial = value is null ? "" : $", HasDefaultValue = true, DefaultValue = {value}";
                text.Line($"new() {{ Name = {Literals.Text(name)}, ParameterType = typeof({type}), Position = {position}{initial}{(isNullable ? ", IsNullable = true" : "")} }},");
            }
        }, "};");

    private void WriteProperties() => text.Block($"private static {Property}[] {method}_Properties({Names.Options} options)", () =>
    {
        text.Line($"var properties = new {Property}[{type.Properties.Count}];");
        for (var index = 0; index < type.Properties.Count; index++)
        {
            text.Line();
            Write(index, type.Properties[index]);
        }

        text.Line().Line("return properties;");
    });

    private void Write(int index, JsonPropertyModel property)
    {
        if (property.Converter is { } converter)
        {
            text.Line($"var converter{index} = {converter};");
        }

        text.Block($"properties[{index}] = {Names.Services}CreatePropertyInfo<{property.Type}>(options, new {Names.Metadata}JsonPropertyInfoValues<{property.Type}>",
            () => text.Lines(Values(index, property)), "});");
        text.Lines(Further(property.Settings).Select(line => $"properties[{index}].{line};"));
    }

    private static IEnumerable<string> Values(int index, JsonPropertyModel property)
    {
        var settings = property.Settings;
        string?[] values =
        [
            settings.IsField ? null : "IsProperty = true",
            "IsPublic = true",
            settings.IsVirtual ? "IsVirtual = true" : null,
            settings.IsIncluded ? "HasJsonInclude = true" : null,
            settings.IsExtensionData ? "IsExtensionData = true" : null,
            $"DeclaringType = typeof({property.DeclaringType})",
            $"PropertyName = {Literals.Text(property.Name)}",
            settings.JsonName is { } name ? $"JsonPropertyName = {Literals.Text(name)}" : null,
            settings.IgnoreCondition is { } condition ? $"IgnoreCondition = ({Names.Serialization}JsonIgnoreCondition){condition}" : null,
            settings.NumberHandling is { } handling ? $"NumberHandling = {Names.NumberHandling(handling)}" : null,
            property.Converter is null ? null : $"Converter = converter{index}",
            property.Converter is null ? null : $"PropertyTypeInfo = {Names.Services}CreateValueInfo<{property.Type}>(options, converter{index})",
            property.Getter is { } getter ? $"Getter = static target => {getter}" : null,
            property.Setter is { } setter ? $"Setter = static (target, value) => {setter}" : null,
        ];
        return values.OfType<string>().Select(value => value + ",");
    }

    private static IEnumerable<string> Further(JsonPropertySettings settings)
    {
        string?[] lines =
        [
            settings.IsRequired ? "IsRequired = true" : null,
            settings.Order != 0 ? $"Order = {settings.Order}" : null,
            settings.CreationHandling is { } handling ? $"ObjectCreationHandling = ({Names.Serialization}JsonObjectCreationHandling){handling}" : null,
            settings.GetsNull ? null : "IsGetNullable = false",
            settings.SetsNull ? null : "IsSetNullable = false",
        ];
        return lines.OfType<string>();
    }
}
