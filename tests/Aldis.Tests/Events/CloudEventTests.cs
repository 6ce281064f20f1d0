using System.Text;
using Aldis.Events;
using Microsoft.Extensions.Time.Testing;

namespace Aldis.Tests.Events;

public sealed class CloudEventTests
{
    private static readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 5, 4, 3, 2, 1, TimeSpan.Zero));

    private static readonly Envelope _order = new()
    {
        Id = new EventId(Guid.Parse("0192f3a4-7c1e-7b52-8a39-5d2f6e1c9b04")),
        Topic = TopicName.Parse("orders.placed"),
        Type = "orders.placed.v2",
        Source = "/shop",
        Time = new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero).AddTicks(1234567),
        Key = "Zoë 100% \"A\"",
        ContentType = "application/json",
        Headers = Headers.Of(("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"), ("tenant-id", "ä=1&b"), ("id", "not the id")),
        Body = """{"total":1.50}"""u8.ToArray(),
    };

    /// <summary>The types of the specification, each in its text form (CloudEvents 1.0.2, 3.1).</summary>
    public static TheoryData<string, string, string> AttributeTypes => new()
    {
        { "Boolean", "true", "true" },
        { "Boolean", "false", "false" },
        { "Integer", "0", "0" },
        { "Integer", "-2147483648", "-2147483648" },
        { "Integer", "2147483647", "2147483647" },
        { "String", "\"\"", "" },
        { "String", "\"Zoë 🎈 100%25 \\\"quoted\\\"\"", "Zoë 🎈 100%25 \"quoted\"" },
        { "Binary", "\"AAECAwT/\"", "AAECAwT/" },
        { "URI", "\"https://example.com/a%20b?c=d#e\"", "https://example.com/a%20b?c=d#e" },
        { "URI-reference", "\"../images/1.png\"", "../images/1.png" },
        { "Timestamp", "\"2018-04-05T17:31:00Z\"", "2018-04-05T17:31:00Z" },
    };

    public static TheoryData<string> Modes => ["http", "kafka", "amqp", "json", "batch"];

    [Fact]
    public void Over_http_attributes_have_the_prefix_and_are_escaped()
        => Assert.Equal(
            [
                "ce-specversion: 1.0", "ce-id: 0192f3a4-7c1e-7b52-8a39-5d2f6e1c9b04", "ce-source: /shop", "ce-type: orders.placed.v2",
                "ce-time: 2026-02-28T23:59:59.1234567Z", "ce-partitionkey: Zo%C3%AB%20100%25%20%22A%22",
                "ce-traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", "tenant-id: %C3%A4=1&b", "id: not%20the%20id",
            ],
            CloudEventBinding.Http.Write(_order).Select(header => $"{header.Key}: {header.Value}"));

    [Theory]
    [InlineData("ce_")]
    [InlineData("cloudEvents:")]
    public void Kafka_and_amqp_carry_attributes_as_they_are(string prefix)
    {
        var binding = prefix == "ce_" ? CloudEventBinding.Kafka : CloudEventBinding.Amqp;
        var headers = binding.Write(_order).ToDictionary();
        Assert.Equal(("1.0", _order.Key, "ä=1&b"), (headers[prefix + "specversion"], headers[prefix + "partitionkey"], headers["tenant-id"]));
        Assert.Equal(9, headers.Count);
    }

    [Fact]
    public void As_json_a_json_body_is_written_as_it_is()
        => Assert.Equal(
            """{"specversion":"1.0","id":"0192f3a4-7c1e-7b52-8a39-5d2f6e1c9b04","source":"/shop","type":"orders.placed.v2","time":"2026-02-28T23:59:59.1234567Z","partitionkey":"k","datacontenttype":"application/json","data":{"total":1.50}}""",
            Encoding.UTF8.GetString(CloudEventJson.Write(_order with { Key = "k", Headers = Headers.Empty })));

    [Theory]
    [MemberData(nameof(Modes))]
    public void An_event_comes_back_as_it_went(string mode)
    {
        AssertSame(_order, RoundTrip(mode, _order));
        var bare = _order with { Key = null, Headers = Headers.Empty, Type = "orders.placed", Body = ReadOnlyMemory<byte>.Empty, ContentType = "application/x-protobuf" };
        AssertSame(bare, RoundTrip(mode, bare));
    }

    [Theory]
    [InlineData("application/json", "{\"a\": [1, 2.50, \"\\u00e4\"] }")]
    [InlineData("application/json", " {\"a\":1}\n")]
    [InlineData("application/json", "\"text\"")]
    [InlineData("application/json", "{broken")]
    [InlineData("application/json", "1 2")]
    [InlineData("application/json", "")]
    [InlineData("application/vnd.shop+json; charset=utf-8", "null")]
    [InlineData("text/xml", "<much wow=\"xml\"/>")]
    [InlineData("application/octet-stream", "\0ÿ")]
    public void Bodies_come_back_byte_by_byte(string contentType, string body)
    {
        var sent = _order with { ContentType = contentType, Body = Encoding.UTF8.GetBytes(body) };
        foreach (var mode in Modes)
        {
            AssertSame(sent, RoundTrip(mode, sent));
        }
    }

    [Theory]
    [InlineData(60)]
    [InlineData(62)]
    [InlineData(63)]
    [InlineData(5000)]
    public void Nested_bodies_come_back_even_where_json_cannot_hold_them(int depth)
    {
        var sent = _order with { Body = Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth)) };
        AssertSame(sent, RoundTrip("json", sent));
        AssertSame(sent, RoundTrip("batch", sent));
    }

    [Theory]
    [MemberData(nameof(AttributeTypes))]
    public void Attributes_of_all_types_come_back_in_their_text_form(string type, string json, string text)
    {
        var read = Read($$"""{"specversion":"1.0","id":"{{Guid.Empty}}","source":"s","type":"a.b","myextension":{{json}}}""");
        Assert.Equal(text, read.Headers["myextension"]);
        foreach (var mode in Modes)
        {
            Assert.Equal((type, text), (type, RoundTrip(mode, read).Headers["myextension"]));
        }
    }

    [Fact]
    public void An_event_of_another_program_keeps_its_own_id_and_has_the_same_identity_each_time()
    {
        const string Text = """
            {
                "specversion": "1.0", "type": "com.example.someevent", "source": "/mycontext", "subject": "of interest", "id": "A234-1234-1234",
                "time": "2018-04-05T19:31:00+02:00", "unknown": null, "datacontenttype": "text/xml", "data": "<much wow=\"xml\"/>"
            }
            """;
        var read = Read(Text);
        Assert.Equal(("com.example.someevent", "/mycontext", "of interest"), (read.Type, read.Source, read.Headers["subject"]));
        Assert.Equal((new DateTimeOffset(2018, 4, 5, 17, 31, 0, TimeSpan.Zero), "<much wow=\"xml\"/>"), (read.Time, Encoding.UTF8.GetString(read.Body.Span)));
        Assert.Equal(("A234-1234-1234", 8), (read.Headers["originalid"], read.Id.Value.Version));
        Assert.Equal(read.Id, Read(Text).Id);
        Assert.NotEqual(read.Id, Read(Text.Replace("/mycontext", "/other", StringComparison.Ordinal)).Id);
        Assert.Contains(CloudEventBinding.Http.Write(read), header => header is { Key: "ce-id", Value: "A234-1234-1234" });
        foreach (var mode in Modes)
        {
            AssertSame(read, RoundTrip(mode, read));
        }
    }

    [Fact]
    public void What_a_message_does_not_say_has_a_default()
    {
        var read = CloudEventBinding.Amqp.Read([new("cloudEvents_specversion", "1.0"), new("CLOUDEVENTS_ID", "1"), new("cloudEvents:source", "s"), new("cloudEvents:type", "orders.placed.v3")],
            contentType: null, "{}"u8.ToArray(), _time);
        Assert.Equal((_time.GetUtcNow(), "orders.placed", "application/json", null), (read.Time, read.Topic.Value, read.ContentType, read.Key));
    }

    [Fact]
    public void A_message_in_json_mode_is_read_by_every_binding()
        => AssertSame(_order, CloudEventBinding.Kafka.Read([], "application/cloudevents+json; charset=UTF-8", CloudEventJson.Write(_order), _time, _order.Topic));

    [Fact]
    public void Headers_of_the_protocol_that_no_event_can_have_are_left_out()
    {
        var read = CloudEventBinding.Http.Read([.. CloudEventBinding.Http.Write(_order), new("User-Agent", "x"), new("Bad:Name", "x"), new("x-line", "a%0D%0Ab")], "application/json", _order.Body, _time);
        Assert.Equal(["tenant-id", "id", "user-agent", "traceparent"], read.Headers.Select(header => header.Key));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{} {}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\"}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"s\",\"type\":\"t\"}")]
    [InlineData("{\"specversion\":\"0.3\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}")]
    [InlineData("{\"id\":\"1\",\"source\":\"s\",\"type\":\"t\"}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"id\":\"2\",\"source\":\"s\",\"type\":\"t\"}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data\":1,\"data_base64\":\"\"}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data_base64\":\"%\"}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data_base64\":7}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"time\":\"yesterday\"}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"time\":\"5\"}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"Upper\":\"x\"}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"a23456789012345678901\":\"x\"}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"e\":1.5}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"e\":{}}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"\\ud800\"}")]
    [InlineData("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"data\":")]
    public void What_is_not_a_cloud_event_is_refused(string json)
        => Assert.Equal("ALD1009", Assert.Throws<AldisException>(() => Read(json)).Code);

    [Theory]
    [InlineData("ALD1002", "\"e\":\"a\\r\\nb\"")]
    [InlineData("ALD1002", "\"aldisheaders\":\"ce-id=1\"")]
    [InlineData("ALD1002", "\"aldisheaders\":\"x=a%0Ab\"")]
    [InlineData("ALD1008", "\"partitionkey\":\"a\\u0000\"")]
    [InlineData("ALD1001", "\"type\":\"../../etc\"")]
    public void What_could_smuggle_something_in_is_refused(string code, string member)
    {
        var type = member.StartsWith("\"type", StringComparison.Ordinal) ? "" : "\"type\":\"t\",";
        Assert.Equal(code, Assert.Throws<AldisException>(() => Read("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\"," + type + member + "}")).Code);
    }

    [Fact]
    public void A_batch_keeps_its_order_and_is_refused_as_a_whole()
    {
        var second = _order with { Id = EventId.New(_time), Body = "2"u8.ToArray() };
        var batch = CloudEventJson.ReadBatch(CloudEventJson.WriteBatch([_order, second]), _time, _order.Topic);
        Assert.Equal(2, batch.Count);
        AssertSame(_order, batch[0]);
        AssertSame(second, batch[1]);
        Assert.Empty(CloudEventJson.ReadBatch("[]"u8.ToArray(), _time));
        Assert.Equal("ALD1009", Assert.Throws<AldisException>(() => CloudEventJson.ReadBatch("[{}]"u8.ToArray(), _time)).Code);
    }

    private static Envelope Read(string json) => CloudEventJson.Read(Encoding.UTF8.GetBytes(json), _time);

    private static Envelope RoundTrip(string mode, Envelope sent) => mode switch
    {
        "http" => RoundTrip(CloudEventBinding.Http, sent),
        "kafka" => RoundTrip(CloudEventBinding.Kafka, sent),
        "amqp" => RoundTrip(CloudEventBinding.Amqp, sent),
        "json" => CloudEventJson.Read(CloudEventJson.Write(sent), _time, sent.Topic),
        _ => Assert.Single(CloudEventJson.ReadBatch(CloudEventJson.WriteBatch([sent]), _time, sent.Topic)),
    };

    private static Envelope RoundTrip(CloudEventBinding binding, Envelope sent)
    {
        var headers = binding.Write(sent).ToArray();
        Assert.All(headers, header => Assert.DoesNotContain(header.Key + header.Value, char.IsControl));
        Assert.True(binding != CloudEventBinding.Http || headers.All(header => header.Value.All(character => character is > ' ' and <= '~')));
        return binding.Read(headers, sent.ContentType, sent.Body, _time, sent.Topic);
    }

    private static void AssertSame(Envelope expected, Envelope actual)
    {
        Assert.Equal(
            (expected.Id, expected.Topic, expected.Type, expected.Source, expected.Time, expected.Key, expected.ContentType),
            (actual.Id, actual.Topic, actual.Type, actual.Source, actual.Time, actual.Key, actual.ContentType));
        Assert.Equal(expected.Headers.OrderBy(header => header.Key, StringComparer.Ordinal), actual.Headers.OrderBy(header => header.Key, StringComparer.Ordinal));
        Assert.Equal(expected.Body.ToArray(), actual.Body.ToArray());
    }
}
