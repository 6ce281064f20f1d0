using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Aldis.PostgreSql.Rows;

/// <summary>Rows as JSON: from the names of columns to those of members and back, without knowing the type.</summary>
internal static class RowBody
{
    private static readonly JsonWriterOptions _plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    public static string NameOf(RowKinds kind) => kind switch { RowKinds.Insert => "insert", RowKinds.Update => "update", RowKinds.Delete => "delete", _ => "" };

    public static RowKinds KindOf(string? name) => name switch { "insert" => RowKinds.Insert, "update" => RowKinds.Update, "delete" => RowKinds.Delete, _ => RowKinds.None };

    /// <summary>The body of the event.</summary>
    public static byte[] Of(RawChange change, ColumnNames columns)
    {
        var buffer = new ArrayBufferWriter<byte>((change.Old?.Length ?? 0) + (change.New?.Length ?? 0) + 128);
        using var writer = new Utf8JsonWriter(buffer, _plain);
        writer.WriteStartObject();
        writer.WriteString("kind", NameOf(change.Kind));
        WriteRow(writer, "old", change.Old, columns);
        WriteRow(writer, "new", change.New, columns);
        WriteNames(writer, change is { Kind: RowKinds.Update, Old: not null, New: not null } ? Changed(change.Old, change.New, columns) : []);
        writer.WriteString("at", change.At);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A row with the names of members.</summary>
    public static byte[] ToMembers(byte[] row, ColumnNames columns) => Rename(row, columns.ToJson);

    /// <summary>A row with the names of columns, and which those are.</summary>
    public static (byte[] Row, List<string> Names) ToColumns(ReadOnlySpan<byte> row, ColumnNames columns)
    {
        var names = new List<string>();
        return (Rename(row, name =>
        {
            names.Add(columns.OfJson(name));
            return names[^1];
        }), names);
    }

    /// <summary>The names of what is not null in a row.</summary>
    public static List<string> WithValues(byte[] row)
    {
        using var parsed = JsonDocument.Parse(row);
        return [.. parsed.RootElement.EnumerateObject().Where(member => member.Value.ValueKind != JsonValueKind.Null).Select(member => member.Name)];
    }

    /// <summary>Which members differ between two rows that the database has written as JSON: it writes the same value in the same way.</summary>
    public static List<string> Changed(byte[] old, byte[] @new, ColumnNames columns)
    {
        using var before = JsonDocument.Parse(old);
        using var after = JsonDocument.Parse(@new);
        return [.. after.RootElement.EnumerateObject()
            .Where(member => !before.RootElement.TryGetProperty(member.Name, out var was) || !JsonElement.DeepEquals(was, member.Value))
            .Select(member => columns.ToJson(member.Name))];
    }

    public static void WriteNames(Utf8JsonWriter writer, IReadOnlyList<string> names)
    {
        writer.WriteStartArray("changed");
        foreach (var name in names)
        {
            writer.WriteStringValue(name);
        }

        writer.WriteEndArray();
    }

    private static void WriteRow(Utf8JsonWriter writer, string name, byte[]? row, ColumnNames columns)
    {
        if (row is not null)
        {
            writer.WritePropertyName(name);
            Copy(row, writer, columns.ToJson);
        }
    }

    private static byte[] Rename(ReadOnlySpan<byte> row, Func<string, string> rename)
    {
        var buffer = new ArrayBufferWriter<byte>(row.Length + 32);
        using var writer = new Utf8JsonWriter(buffer, _plain);
        Copy(row, writer, rename);
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Copies an object; only its own names change, not those of what is inside a column.</summary>
    private static void Copy(ReadOnlySpan<byte> row, Utf8JsonWriter writer, Func<string, string> rename)
    {
        var reader = new Utf8JsonReader(row, new JsonReaderOptions { MaxDepth = 1000 });
        reader.Read();
        writer.WriteStartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            writer.WritePropertyName(rename(reader.GetString()!));
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            writer.WriteRawValue(row[start..(int)reader.BytesConsumed], skipInputValidation: true);
        }

        writer.WriteEndObject();
    }
}
