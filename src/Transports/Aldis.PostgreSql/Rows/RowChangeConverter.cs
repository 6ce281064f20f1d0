using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace Aldis.PostgreSql.Rows;

/// <summary>
/// A change as JSON: <c>{"kind":"update","old":{…},"new":{…},"changed":["email"],"at":"2026-11-29T19:47:35Z"}</c>. What comes from the database is written as it came.
/// </summary>
internal sealed class RowChangeConverter<T> : JsonConverter<RowChange<T>> where T : class
{
    public override RowChange<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var row = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        var (kind, old, @new, at) = (RowKinds.None, (T?)null, (T?)null, default(DateTimeOffset));
        List<string> changed = [];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString();
            reader.Read();
            switch (name)
            {
                case "kind":
                    kind = RowBody.KindOf(reader.GetString());
                    break;
                case "old":
                    old = JsonSerializer.Deserialize(ref reader, row);
                    break;
                case "new":
                    @new = JsonSerializer.Deserialize(ref reader, row);
                    break;
                case "changed":
                    ReadNames(ref reader, changed);
                    break;
                case "at":
                    at = reader.GetDateTimeOffset();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        var isWhole = kind switch { RowKinds.Insert => @new is not null, RowKinds.Update => old is not null && @new is not null, RowKinds.Delete => old is not null, _ => false };
        return isWhole ? new RowChange<T>(kind, old, @new, changed, at) : throw new JsonException();
    }

    public override void Write(Utf8JsonWriter writer, RowChange<T> value, JsonSerializerOptions options)
    {
        if (value.Json is { } json)
        {
            writer.WriteRawValue(json, skipInputValidation: true);
            return;
        }

        var row = (JsonTypeInfo<T>)options.GetTypeInfo(typeof(T));
        writer.WriteStartObject();
        writer.WriteString("kind", RowBody.NameOf(value.Kind));
        Write(writer, "old", value.Old, row);
        Write(writer, "new", value.New, row);
        RowBody.WriteNames(writer, value.Changed);
        writer.WriteString("at", value.At);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, string name, T? value, JsonTypeInfo<T> row)
    {
        if (value is not null)
        {
            writer.WritePropertyName(name);
            JsonSerializer.Serialize(writer, value, row);
        }
    }

    private static void ReadNames(ref Utf8JsonReader reader, List<string> names)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.String)
        {
            names.Add(reader.GetString()!);
        }
    }
}
