using System.Text;
using Aldis.Events;

namespace Aldis.Tests.Events;

/// <summary>Messages whose body is a text and whose attributes are few.</summary>
public sealed class CloudEventTextTests
{
    private static readonly Envelope _order = new()
    {
        Id = new EventId(Guid.Parse("0192f3a4-7c1e-7b52-8a39-5d2f6e1c9b04")), Topic = TopicName.Parse("orders.placed"), Type = "orders.placed.v2", Source = "/shop",
        Time = new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero), Key = "Zoë", ContentType = "application/json", Body = """{"total":1.50}"""u8.ToArray(),
    };

    [Fact]
    public void What_fits_stands_in_attributes_of_its_own()
    {
        var (attributes, body) = CloudEventText.Write(_order with { Headers = Headers.Of(("tenant", "a b")) }, 9);
        Assert.Equal(
            [
                "content-type: application/json", "ce-specversion: 1.0", "ce-id: 0192f3a4-7c1e-7b52-8a39-5d2f6e1c9b04", "ce-source: /shop", "ce-type: orders.placed.v2", "ce-time: 2026-02-28T23:59:59Z",
                "ce-partitionkey: Zo%C3%AB", "ce-tenant: a%20b",
            ],
            attributes.Select(attribute => $"{attribute.Key}: {attribute.Value}"));
        Assert.Equal("""{"total":1.50}""", body);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(30)]
    public void Any_number_of_headers_goes_into_the_attributes_there_are_and_comes_back(int count)
    {
        var headers = Headers.Of([.. Enumerable.Range(0, count).Select(number => ($"header-{number}", $"ä&=%{number}"))]);
        var (attributes, body) = CloudEventText.Write(_order with { Headers = headers }, 9);
        Assert.InRange(attributes.Count, 7, 9);
        Assert.All(attributes, attribute => Assert.NotEmpty(attribute.Value));
        Assert.Equal(headers, CloudEventText.Read(attributes, body, TimeProvider.System, _order.Topic).Headers);
    }

    /// <summary>What a queue does not take as a name or a value, and what would be taken for something else.</summary>
    [Fact]
    public void Headers_that_no_attribute_can_be_come_back_as_well()
    {
        var headers = Headers.Of((".dot", "x"), ("a..b", "x"), ("aws.x", "x"), ("empty", ""), ("content-type", "not the content type"), ("id", "not the id"), ("aldis-body", "base64"), ("data", "x"));
        var (attributes, body) = CloudEventText.Write(_order with { Headers = headers }, 9);
        Assert.All(attributes, attribute => Assert.True(attribute.Value.Length > 0 && !attribute.Key.Contains("..", StringComparison.Ordinal) && attribute.Key[0] != '.'));
        var came = CloudEventText.Read(attributes, body, TimeProvider.System, _order.Topic);
        Assert.Equal(headers.OrderBy(header => header.Key), came.Headers.OrderBy(header => header.Key));
        Assert.Equal((_order.Id, "application/json"), (came.Id, came.ContentType));
    }

    [Theory]
    [InlineData("", "-")]
    [InlineData("zoë\r\n\t\u2028", "zoë\r\n\t\u2028")]
    [InlineData("\uFEFFx", "\uFEFFx")]
    [InlineData("\0", "AA==")]
    [InlineData("🎈", "8J+OiA==")]
    [InlineData("\uFFFE", "77++")]
    public void A_body_is_as_it_is_where_a_text_can_be_that(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var (attributes, body) = CloudEventText.Write(_order with { Body = bytes }, 9);
        Assert.Equal(expected, body);
        Assert.Equal(bytes, CloudEventText.Read(attributes, body, TimeProvider.System, _order.Topic).Body.ToArray());
    }

    [Fact]
    public void Bytes_that_are_no_text_come_back()
    {
        byte[] bytes = [.. Enumerable.Range(0, 256).Select(number => (byte)number)];
        var (attributes, body) = CloudEventText.Write(_order with { Body = bytes }, 8);
        Assert.Equal(8, attributes.Count);
        Assert.Equal(bytes, CloudEventText.Read(attributes, body, TimeProvider.System, _order.Topic).Body.ToArray());
    }

    [Fact]
    public void A_message_without_attributes_is_an_event_in_JSON()
    {
        var came = CloudEventText.Read([], Encoding.UTF8.GetString(CloudEventJson.Write(_order)), TimeProvider.System);
        Assert.Equal((_order.Id, _order.Topic, _order.Key), (came.Id, came.Topic, came.Key));
    }

    [Theory]
    [InlineData("Aldis-Body", "base65", "x")]
    [InlineData("Aldis-Body", "base64", "not base64!")]
    [InlineData("ce-id", "twice", "x")]
    [InlineData("Aldis-Headers", "ce-id=twice", "x")]
    public void What_is_no_event_is_refused(string name, string value, string body)
    {
        KeyValuePair<string, string>[] attributes = [new("ce-specversion", "1.0"), new("ce-id", "1"), new("ce-source", "/x"), new("ce-type", "x"), new(name, value)];
        Assert.Equal("ALD1009", Assert.Throws<AldisException>(() => CloudEventText.Read(attributes, body, TimeProvider.System)).Code);
    }

    /// <summary>Whatever stands there, it is an event or an error of this library.</summary>
    [Fact]
    public void Damaged_messages_do_no_harm()
    {
        var random = new Random(17);
        var (attributes, body) = CloudEventText.Write(_order with { Headers = Headers.Of([.. Enumerable.Range(0, 9).Select(number => ($"h{number}", "ä"))]) }, 9);
        for (var round = 0; round < 20_000; round++)
        {
            var damaged = attributes.Select(attribute => new KeyValuePair<string, string>(Damage(attribute.Key), Damage(attribute.Value)));
            try
            {
                CloudEventText.Read(damaged, Damage(body), TimeProvider.System);
            }
            catch (AldisException)
            {
                // As it should be.
            }
        }

        string Damage(string text) => text.Length > 0 && random.Next(4) == 0 ? text.Remove(random.Next(text.Length), 1).Insert(random.Next(text.Length), $"{(char)random.Next(0x20, 0x80)}") : text;
    }
}
