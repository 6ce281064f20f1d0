namespace Aldis.Generators.Json;

/// <summary>Writes the description of a type that is an object in JSON.</summary>
internal sealed class ObjectWriter(SourceWriter text, JsonObjectModel type, string method)
{
    private const string Property = JsonNames.Metadata + "JsonPropertyInfo";
    private const string Parameter = JsonNames.Metadata + "JsonParameterInfoValues";

    private bool HasParameters => type.Construction is { Parameters.Count: > 0 };

    public void Write(string head)
    {
        text.Open(head);
        WriteInfo();
        text.Close().Line();
        WriteProperties();
        if (HasParameters)
        {
            text.Line();
            WriteParameters(type.Construction!.Parameters);
        }
    }

    private void WriteInfo()
    {
        text.Open($"var info = {JsonNames.Services}CreateObjectInfo<{type.Name}>(options, new {JsonNames.Metadata}JsonObjectInfoValues<{type.Name}>");
        WriteConstruction();
        text.Line($"PropertyMetadataInitializer = _ => {method}_Properties(options),").Close(");");
        text.Line($"info.NumberHandling = {JsonNames.NumberHandling(type.Settings.NumberHandling)};");
        Set("UnmappedMemberHandling", "JsonUnmappedMemberHandling", type.Settings.UnmappedMemberHandling);
        Set("PreferredPropertyObjectCreationHandling", "JsonObjectCreationHandling", type.Settings.CreationHandling);
        text.Line("return info;");
    }

    private void Set(string property, string enumeration, int? value)
    {
        if (value is { } number)
        {
            text.Line($"info.{property} = ({JsonNames.Serialization}{enumeration}){number};");
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

    private void WriteParameters(EquatableArray<JsonParameterModel> parameters) => text
        .Open($"private static {Parameter}[] {method}_Parameters() => new {Parameter}[]")
        .Lines(parameters.Select(Write))
        .Close(";");

    private static string Write(JsonParameterModel parameter, int position)
    {
        var initial = parameter.Default is null ? "" : $", HasDefaultValue = true, DefaultValue = {parameter.Default}";
        var nullable = parameter.IsNullable ? ", IsNullable = true" : "";
        return $"new() {{ Name = {Literal.Of(parameter.Name)}, ParameterType = typeof({parameter.Type}), Position = {position}{initial}{nullable} }},";
    }

    private void WriteProperties()
    {
        text.Open($"private static {Property}[] {method}_Properties({JsonNames.Options} options)")
            .Line($"var properties = new {Property}[{type.Properties.Count}];");
        for (var index = 0; index < type.Properties.Count; index++)
        {
            text.Line();
            Write(index, type.Properties[index]);
        }

        text.Line().Line("return properties;").Close();
    }

    private void Write(int index, JsonPropertyModel property)
    {
        if (property.Converter is { } converter)
        {
            text.Line($"var converter{index} = {converter};");
        }

        text.Open($"properties[{index}] = {JsonNames.Services}CreatePropertyInfo<{property.Type}>(options, new {JsonNames.Metadata}JsonPropertyInfoValues<{property.Type}>")
            .Lines(Values(index, property)).Close(");")
            .Lines(Further(property.Settings).Select(line => $"properties[{index}].{line};"));
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
            $"PropertyName = {Literal.Of(property.Name)}",
            settings.JsonName is { } name ? $"JsonPropertyName = {Literal.Of(name)}" : null,
            settings.IgnoreCondition is { } condition ? $"IgnoreCondition = ({JsonNames.Serialization}JsonIgnoreCondition){condition}" : null,
            settings.NumberHandling is { } handling ? $"NumberHandling = {JsonNames.NumberHandling(handling)}" : null,
            property.Converter is null ? null : $"Converter = converter{index}",
            property.Converter is null ? null : $"PropertyTypeInfo = {JsonNames.Services}CreateValueInfo<{property.Type}>(options, converter{index})",
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
            settings.CreationHandling is { } handling ? $"ObjectCreationHandling = ({JsonNames.Serialization}JsonObjectCreationHandling){handling}" : null,
            settings.GetsNull ? null : "IsGetNullable = false",
            settings.SetsNull ? null : "IsSetNullable = false",
        ];
        return lines.OfType<string>();
    }
}
