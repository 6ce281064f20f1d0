namespace Aldis.Generators.Json;

/// <summary>Writes the methods that the descriptions of all types share.</summary>
internal static class SharedParts
{
    private const string Converter = JsonNames.Serialization + "JsonConverter";

    /// <summary>A converter among the options comes before what the type itself says, as it does with reflection.</summary>
    public static void WriteDescribe(SourceWriter text)
    {
        const string Info = JsonNames.Metadata + "JsonTypeInfo<T>";
        text.Line().Open($"private {Info} Describe<T>({JsonNames.Options} options, global::System.Func<{JsonNames.Options}, {Info}> make)")
            .Line($"{Info}? info = null;")
            .Open($"foreach ({Converter} converter in options.Converters)")
            .Open("if (converter.CanConvert(typeof(T)))")
            .Line($"info = {JsonNames.Services}CreateValueInfo<T>(options, Expand(typeof(T), converter, options));")
            .Line("break;")
            .Close()
            .Close()
            .Line()
            .Line("info ??= make(options);")
            .Line("info.OriginatingResolver = this;")
            .Line("return info;")
            .Close();
    }

    public static void WriteExpand(SourceWriter text) => text.Line()
        .Open($"private static {Converter} Expand(global::System.Type type, {Converter} converter, {JsonNames.Options} options)")
        .Open("if (!converter.CanConvert(type))")
        .Line("throw new global::System.InvalidOperationException($\"The converter {converter.GetType()} does not convert {type}.\");")
        .Close()
        .Line()
        .Line($"return converter is not {JsonNames.Serialization}JsonConverterFactory factory ? converter : factory.CreateConverter(type, options)")
        .Line("    ?? throw new global::System.InvalidOperationException($\"The converter {converter.GetType()} made none for {type}.\");")
        .Close();

    /// <summary>A converter of a value type serves its nullable too.</summary>
    public static void WriteExpandNullable(SourceWriter text) => text.Line()
        .Line($"private static {Converter}<T?> ExpandNullable<T>({Converter} converter, {JsonNames.Options} options) where T : struct")
        .Line("    => converter.CanConvert(typeof(T?))")
        .Line($"        ? ({Converter}<T?>)Expand(typeof(T?), converter, options)")
        .Line($"        : {JsonNames.Services}GetNullableConverter<T>({JsonNames.Services}CreateValueInfo<T>(options, Expand(typeof(T), converter, options)));");
}
