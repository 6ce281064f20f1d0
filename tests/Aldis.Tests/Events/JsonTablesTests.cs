using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Aldis.Events;

namespace Aldis.Tests.Events;

/// <summary>The generator is not at work in this project, so a table is made by hand.</summary>
public sealed partial class JsonTablesTests
{
    private readonly Table _table = new();

    public JsonTablesTests() => JsonTables.Add(_table);

    [Fact]
    public void A_table_is_asked_before_reflection()
    {
        new JsonCodec().Encode(new Told("x"), new ArrayBufferWriter<byte>());
        Assert.Contains(typeof(Told), _table.Given);
    }

    [Fact]
    public void A_context_is_asked_before_the_tables()
    {
        new JsonCodec(ToldContext.Default).Encode(new Told("x"), new ArrayBufferWriter<byte>());
        Assert.Empty(_table.Given);
    }

    [Fact]
    public void A_bus_that_is_given_contexts_asks_the_tables_for_the_rest()
    {
        new EventBusBuilder().UseJson(new Nothing()).Codec.Encode(new Told("x"), new ArrayBufferWriter<byte>());
        Assert.Contains(typeof(Told), _table.Given);
    }

    [Fact]
    public void A_codec_that_was_there_before_asks_a_table_that_comes_later()
    {
        var (codec, later) = (new JsonCodec(), new Table());
        JsonTables.Add(later);
        codec.Encode(new Told("x"), new ArrayBufferWriter<byte>());
        Assert.Contains(typeof(Told), later.Given);
    }

    [Fact]
    public void A_codec_tells_what_it_does_by_reflection()
    {
        var codec = new JsonCodec();
        Assert.False(codec.Reflects(typeof(Told)));
        Assert.True(codec.Reflects(typeof(Untold)));
    }

    internal sealed record Told(string Text);

    private sealed record Untold(string Text);

    [JsonSerializable(typeof(Told))]
    internal sealed partial class ToldContext : JsonSerializerContext;

    private sealed class Table : IJsonTypeInfoResolver
    {
        public List<Type> Given { get; } = [];

        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        {
            if (((IJsonTypeInfoResolver)ToldContext.Default).GetTypeInfo(type, options) is not { } info)
            {
                return null;
            }

            Given.Add(type);
            return info;
        }
    }

    private sealed class Nothing : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) => null;
    }
}
