namespace Aldis.Generators.Tests.Json.Cases;

internal static class Converted
{
    public const string Source = """
        namespace Conv;

        [JsonConverter(typeof(SkuConverter))] public readonly record struct Sku(string Code);

        public sealed class SkuConverter : JsonConverter<Sku>
        {
            public override Sku Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetString() ?? throw new JsonException("no code"));
            public override void Write(Utf8JsonWriter writer, Sku value, JsonSerializerOptions options) => writer.WriteStringValue(value.Code);
        }

        [JsonConverter(typeof(TemperatureConverter))] public sealed record Temperature(double Celsius);

        public sealed class TemperatureConverter : JsonConverter<Temperature>
        {
            public override Temperature Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new(reader.GetDouble());
            public override void Write(Utf8JsonWriter writer, Temperature value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Celsius);
        }

        public sealed class Hex : JsonConverter<int>
        {
            public override int Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => Convert.ToInt32(reader.GetString(), 16);
            public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString("x"));
        }

        public sealed class Secret : JsonConverter<Action>
        {
            public override Action Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) { reader.Skip(); return static () => { }; }
            public override void Write(Utf8JsonWriter writer, Action value, JsonSerializerOptions options) => writer.WriteStringValue("an action");
        }

        [JsonConverter(typeof(MoneyFactory))] public abstract record Money(decimal Amount);

        public sealed record Euro(decimal Amount) : Money(Amount);

        public sealed class MoneyFactory : JsonConverterFactory
        {
            public override bool CanConvert(Type type) => type == typeof(Money);
            public override JsonConverter? CreateConverter(Type type, JsonSerializerOptions options) => new Inner();

            private sealed class Inner : JsonConverter<Money>
            {
                public override Money Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => new Euro(reader.GetDecimal());
                public override void Write(Utf8JsonWriter writer, Money value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Amount);
            }
        }

        public record Product(Sku Sku, Sku? Former, Temperature? Storage, Money Price, List<Sku> Related, [property: JsonConverter(typeof(Hex))] int Code)
        {
            [JsonConverter(typeof(Hex))] public int? Maybe { get; init; }
            [JsonConverter(typeof(Secret))] public Action? Callback { get; set; }
        }

        [JsonConverter(typeof(SkuConverter))] public record Wrong(int A);

        public static class Values
        {
            public static (Type, object)[] All() =>
            [
                (typeof(Sku), new Sku("s-1")), (typeof(Temperature), new Temperature(20)), (typeof(Money), new Euro(3)),
                (typeof(Product), new Product(new("a"), null, null, new Euro(1), [new("b")], 255)),
                (typeof(Product), new Product(new("a"), new("f"), new(4.5), new Euro(1.50m), [], -1) { Maybe = 16, Callback = static () => { } }),
                (typeof(Wrong), new Wrong(1)),
            ];
        }
        """;
}
