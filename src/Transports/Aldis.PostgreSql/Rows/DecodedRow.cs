using System.Buffers;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Aldis.PostgreSql.Rows;

/// <summary>A row as texts of the server's types, and then as the JSON that the server makes of it.</summary>
internal sealed class DecodedRow
{
    private const uint JsonType = 114;
    private const uint JsonbType = 3802;

    private readonly Dictionary<string, (uint Type, string? Text)> _values = new(StringComparer.Ordinal);

    /// <summary>The row by the names of its columns, once it is complete.</summary>
    public byte[] Json { get; private set; } = [];

    /// <summary>Its key, once it is complete.</summary>
    public string? Key { get; private set; }

    public void Add(string column, uint type, string? text) => _values[column] = (type, text);

    /// <summary>A large value that has not changed is not told again: it is that of the old row.</summary>
    public void AddFrom(string column, DecodedRow? old)
    {
        if (old is not null && old._values.TryGetValue(column, out var value))
        {
            _values[column] = value;
        }
    }

    /// <summary>Has the server make the JSON of rows, all in one statement: a text goes through the input function of its column's type.</summary>
    public static async ValueTask CompleteAsync(NpgsqlDataSource database, IRowTable table, IReadOnlyList<DecodedRow> rows, CancellationToken cancel)
    {
        var command = database.CreateCommand($"""
            SELECT row::text, {table.Plan.Schema}.key_of(row, $2)
            FROM unnest($1) WITH ORDINALITY AS g (given, place), to_jsonb(jsonb_populate_record(NULL::{table.Name.Quoted}, given::jsonb)) AS row
            ORDER BY place
            """);
        await using (command.ConfigureAwait(false))
        {
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. rows.Select(row => row.Texts())] });
            command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. table.Plan.Key] });
            var reader = await command.ExecuteReaderAsync(cancel).ConfigureAwait(false);
            await using (reader.ConfigureAwait(false))
            {
                for (var index = 0; await reader.ReadAsync(cancel).ConfigureAwait(false); index++)
                {
                    rows[index].Json = Encoding.UTF8.GetBytes(reader.GetString(0));
                    rows[index].Key = reader.IsDBNull(1) ? null : reader.GetString(1);
                }
            }
        }
    }

    private string Texts()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (var (column, (type, text)) in _values)
        {
            writer.WritePropertyName(column);
            if (text is not null && type is JsonType or JsonbType)
            {
                writer.WriteRawValue(text!, skipInputValidation: true);
            }
            else
            {
                writer.WriteStringValue(text);
            }
        }

        writer.WriteEndObject();
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }
}
