namespace Aldis.Generators.Json;

/// <summary>Writes the methods that the descriptions of all types share.</summary>
internal static class SharedParts
{
    private const string Converter = Names.Serialization + "JsonConverter";

    /// <summary>A converter among the options comes before what the type itself says, as it does with reflection.</summary>
    public static void WriteDescribe(IndentedText text)
    {
        const string Info = Names.Metadata + "JsonTypeInfo<T>";
        text.Line().Block($"private {Info} Describe<T>({Names.Options} options, global::System.Func<{Names.Options}, {Info}> make)", () => text
            .Line($"{Info}? info = null;")
            .Block($"foreach ({Converter} converter in options.Converters)", () => text
                .Block("if (converter.CanConvert(typeof(T)))", () => text
                    .Line($"info = {Names.Services}CreateValueInfo<T>(options, Expand(typeof(T), converter, options));")
                    .Line("break;")))
            .Line()
            .Line("info ??= make(options);")
            .Line("info.OriginatingResolver = this;")
            .Line("return info;"));
    }

    public static void WriteExpand(IndentedText text) => text.Line()
        .Block($"private static {Converter} Expand(global::System.Type type, {Converter} converter, {Names.Options} options)", () => text
            .Block("if (!converter.CanConvert(type))", () => text
                .Line("throw new global::System.InvalidOperationException($\"The converter {converter.GetType()} does not convert {type}.\");"))
            .Line()
            .Line($"return converter is not {Names.Serialization}JsonConverterFactory factory ? converter : factory.CreateConverter(type, options)")
            .Line("    ?? throw new global::System.InvalidOperationException($\"The converter {converter.GetType()} made none for {type}.\");"));

    /// <summary>A converter of a value type serves its nullable too.</summary>
    public static void WriteExpandNullable(IndentedText text) => text.Line()
        .Line($"private static {Converter}<T?> ExpandNullable<T>({Converter} converter, {Names.Options} options) where T : struct")
        .Line("    => converter.CanConvert(typeof(T?))")
        .Line($"        ? ({Converter}<T?>)Expand(typeof(T?), converter, options)")
        .Line($"        : {Names.Services}GetNullableConverter<T>({Names.Services}CreateValueInfo<T>(options, Expand(typeof(T), converter, options)));");
}
