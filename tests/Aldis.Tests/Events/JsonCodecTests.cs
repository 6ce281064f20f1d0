using System.Buffers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Aldis.Events;

namespace Aldis.Tests.Events;

public sealed partial class JsonCodecTests
{
    private readonly JsonCodec _codec = new();

    [Fact]
    public void An_event_comes_back_as_it_went()
    {
        var order = new Order("A-17", 99.50m, new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.FromHours(1)));
        Assert.Equal(order, _codec.Decode<Order>(Encode(_codec, order)));
        Assert.Equal("application/json", _codec.ContentType);
    }

    [Fact]
    public void Names_are_camel_case()
        => Assert.Equal("""{"id":"A-17","total":1}""", Encoding.UTF8.GetString(Encode(_codec, new Small("A-17", 1)).Span));

    [Fact]
    public void A_source_generated_context_is_asked_first()
    {
        var spy = new Spy(SmallContext.Default);
        var codec = new JsonCodec(spy);
        Assert.Equal(new Small("x", 2), codec.Decode<Small>(Encode(codec, new Small("x", 2))));
        Assert.Contains(typeof(Small), spy.Given);
    }

    [Fact]
    public void A_type_that_no_context_knows_is_read_by_reflection()
    {
        var codec = new JsonCodec(SmallContext.Default);
        Assert.Equal(new Other(3), codec.Decode<Other>(Encode(codec, new Other(3))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json, sesame")]
    [InlineData("""{"id":"sesame","total":"sesame"}""")]
    [InlineData("""{"id":{"sesame":1},"total":1}""")]
    [InlineData("""{"id":"sesame","total":1""")]
    [InlineData("""["sesame"]""")]
    [InlineData("""{"id":"sesame","total":1} sesame""")]
    public void What_is_no_such_event_is_undecodable_and_not_repeated(string body)
    {
        var error = Assert.Throws<AldisException>(() => _codec.Decode<Small>(Encoding.UTF8.GetBytes(body)));
        Assert.Equal("ALD1005", error.Code);
        Assert.Contains(nameof(Small), error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sesame", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_inside_the_body_is_not_repeated_either()
    {
        var body = Encoding.UTF8.GetBytes("""{"counts":{"sesame\nopen":"x"}}""");
        var error = Assert.Throws<AldisException>(() => _codec.Decode<Bag>(body));
        Assert.Equal("ALD1005", error.Code);
        Assert.DoesNotContain("sesame", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public void A_JSON_null_is_undecodable()
    {
        Assert.Equal("ALD1005", Assert.Throws<AldisException>(() => _codec.Decode<Small>("null"u8.ToArray())).Code);
        Assert.Equal("ALD1005", Assert.Throws<AldisException>(() => _codec.Decode<Other>("null"u8.ToArray())).Code);
    }

    [Fact]
    public void A_body_that_the_event_itself_refuses_is_undecodable()
        => Assert.Equal("ALD1005", Assert.Throws<AldisException>(() => _codec.Decode<Positive>("""{"value":-1}"""u8.ToArray())).Code);

    [Fact]
    public void A_body_that_a_converter_refuses_is_undecodable()
        => Assert.Equal("ALD1005", Assert.Throws<AldisException>(() => _codec.Decode<Coded>("""{"code":"x"}"""u8.ToArray())).Code);

    [Fact]
    public void Nesting_of_64_is_read_and_65_is_not()
    {
        Assert.NotNull(_codec.Decode<Nest>(Nested(64)).Inner);
        Assert.Equal("ALD1005", Assert.Throws<AldisException>(() => _codec.Decode<Nest>(Nested(65))).Code);
        Assert.Equal("ALD1005", Assert.Throws<AldisException>(() => _codec.Decode<Nest>(Nested(5000))).Code);
    }

    [Fact]
    public void Nesting_of_64_is_written_and_65_is_not()
    {
        Assert.Equal("ALD1006", Assert.Throws<AldisException>(() => Encode(_codec, Deep(65))).Code);
        Assert.False(Encode(_codec, Deep(64)).IsEmpty);
    }

    [Fact]
    public void What_cannot_be_JSON_is_unencodable()
        => Assert.Equal("ALD1006", Assert.Throws<AldisException>(() => Encode(_codec, new Pointing(typeof(string)))).Code);

    [Fact]
    public void What_throws_while_it_is_read_is_unencodable()
        => Assert.Equal("ALD1006", Assert.Throws<AldisException>(() => Encode(_codec, new Throwing())).Code);

    [Fact]
    public void A_converter_may_encode_an_event_inside_an_event()
    {
        var codec = new JsonCodec();
        var body = Encode(codec, new Wrapped(new Small("inner", 1), "after"));
        Assert.Equal("""{"small":"{\u0022id\u0022:\u0022inner\u0022,\u0022total\u0022:1}","text":"after"}""", Encoding.UTF8.GetString(body.Span));
        Assert.Equal("""{"value":4}""", Encoding.UTF8.GetString(Encode(codec, new Other(4)).Span));
    }

    [Fact]
    public void After_a_failure_the_next_event_is_written_clean()
    {
        Assert.Throws<AldisException>(() => Encode(_codec, Deep(70)));
        Assert.Equal("""{"value":4}""", Encoding.UTF8.GetString(Encode(_codec, new Other(4)).Span));
    }

    private static ReadOnlyMemory<byte> Encode<T>(JsonCodec codec, T value)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(value, buffer);
        return buffer.WrittenMemory;
    }

    private static byte[] Nested(int depth)
        => Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"inner\":", depth - 1)) + "{}" + new string('}', depth - 1));

    private static Nest Deep(int depth) => Enumerable.Range(1, depth - 1).Aggregate(new Nest(), (inner, _) => new Nest { Inner = inner });

    internal sealed record Order(string Id, decimal Total, DateTimeOffset At);

    internal sealed record Small(string Id, int Total);

    internal readonly record struct Other(int Value);

    internal sealed record Bag(Dictionary<string, int> Counts);

    internal sealed class Nest
    {
        public Nest? Inner { get; init; }
    }

    internal sealed record Pointing(Type Type);

    internal sealed record Throwing
    {
        public string Value => throw new FormatException();
    }

    internal sealed record Positive
    {
        public Positive(int value) => Value = value > 0 ? value : throw new ArgumentOutOfRangeException(nameof(value));

        public int Value { get; }
    }

    internal sealed record Coded([property: JsonConverter(typeof(HexConverter))] int Code);

    internal sealed record Wrapped([property: JsonConverter(typeof(EncodingConverter))] Small Small, string Text);

    internal sealed class HexConverter : JsonConverter<int>
    {
        public override int Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
            => int.Parse(reader.GetString()!, System.Globalization.NumberStyles.HexNumber, null);

        public override void Write(Utf8JsonWriter writer, int value, JsonSerializerOptions options) => writer.WriteStringValue($"{value:x}");
    }

    internal sealed class EncodingConverter : JsonConverter<Small>
    {
        public override Small Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => throw new NotSupportedException();

        public override void Write(Utf8JsonWriter writer, Small value, JsonSerializerOptions options)
            => writer.WriteStringValue(JsonCodecTests.Encode(new JsonCodec(), value).Span);
    }

    [JsonSerializable(typeof(Small))]
    internal sealed partial class SmallContext : JsonSerializerContext;

    private sealed class Spy(IJsonTypeInfoResolver inner) : IJsonTypeInfoResolver
    {
        public List<Type> Given { get; } = [];

        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        {
            var info = inner.GetTypeInfo(type, options);
            if (info is not null)
            {
                Given.Add(type);
            }

            return info;
        }
    }
}
