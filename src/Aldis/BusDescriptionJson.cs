using System.Buffers;
using System.Text;
using System.Text.Json;
using Aldis.Catalog;

namespace Aldis;

/// <summary>A bus told for programs.</summary>
internal static class BusDescriptionJson
{
    public static string Write(BusDescription bus)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, NewLine = "\n" }))
        {
            json.WriteStartObject();
            WriteTransport(json, bus);
            json.WriteStartArray("topics");
            foreach (var topic in bus.Topics)
            {
                WriteTopic(json, topic, bus);
            }

            json.WriteEndArray();
            WriteArray(json, "steps", bus.Steps);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    private static void WriteTransport(Utf8JsonWriter json, BusDescription bus)
    {
        json.WriteStartObject("transport");
        json.WriteString("system", bus.Features.System);
        json.WriteString("durable", bus.Features.Durable.ToString());
        WriteArray(json, "features", bus.Traits);
        json.WriteEndObject();
    }

    private static void WriteTopic(Utf8JsonWriter json, TopicDescription topic, BusDescription bus)
    {
        json.WriteStartObject();
        json.WriteString("topic", topic.Name.Value);
        json.WriteStartArray("events");
        foreach (var type in topic.Events)
        {
            json.WriteStartObject();
            json.WriteString("name", type.WireName);
            json.WriteString("type", type.ClrType.ToString());
            json.WriteBoolean("reflection", bus.Reflects(type));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("handlers");
        foreach (var one in topic.Subscriptions)
        {
            WriteHandler(json, one, bus.IsPaused(one));
        }

        json.WriteEndArray();
        json.WriteStartArray("publishers");
        foreach (var one in topic.Publishers)
        {
            json.WriteStartObject();
            json.WriteString("event", one.Event.WireName);
            json.WriteString("method", one.Origin);
            WritePlace(json, one.Place);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteHandler(Utf8JsonWriter json, Subscription one, bool isPaused)
    {
        json.WriteStartObject();
        json.WriteString("group", one.Group.Value);
        json.WriteString("event", one.Event.WireName);
        json.WriteString("method", one.Origin);
        json.WriteBoolean("reflection", one.ByReflection);
        WritePlace(json, one.Place);
        json.WriteNumber("concurrency", one.Options.Concurrency);
        if (one.InBatches)
        {
            json.WriteNumber("batch", one.Options.Batch!.MaxItems);
        }

        json.WriteBoolean("paused", isPaused);
        WriteArray(json, "services", one.Services.Select(type => type.ToString()));
        WriteArray(json, "publishes", one.Publishes.Select(type => type.WireName));
        json.WriteEndObject();
    }

    private static void WritePlace(Utf8JsonWriter json, SourcePlace? place)
    {
        if (place is not null)
        {
            json.WriteString("file", place.File);
            json.WriteNumber("line", place.Line);
        }
    }

    private static void WriteArray(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
        {
            json.WriteStringValue(value);
        }

        json.WriteEndArray();
    }
}
