using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Aldis.Errors;

namespace Aldis.Events;

/// <summary>
/// Events as JSON in UTF-8, with camel-case names. Knows how to write a type from the source-generated contexts it is given, then from what the generator
/// of Aldis has written for the events of each assembly, and last by reflection, where the program allows it. Safe for any thread.
/// </summary>
public sealed class JsonCodec : ICodec
{
    /// <summary>The deepest nesting that is read or written.</summary>
    public const int MaxDepth = 64;

    [ThreadStatic]
    private static Utf8JsonWriter? _writer;

    private readonly IJsonTypeInfoResolver _described;
    private readonly JsonSerializerOptions _options;

    /// <summary>Makes a codec that asks the given contexts first.</summary>
    /// <param name="contexts">Source-generated contexts, asked in order. None are needed for events that the generator of Aldis has seen.</param>
    public JsonCodec(params ReadOnlySpan<IJsonTypeInfoResolver> contexts)
    {
        _described = JsonTypeInfoResolver.Combine([.. contexts, JsonTables.All]);
        _options = new JsonSerializerOptions(JsonSerializerDefaults.Web)
        {
            MaxDepth = MaxDepth,
            TypeInfoResolver = JsonTypeInfoResolver.Combine(_described, ReflectionWhereAllowed()),
        };
        _options.MakeReadOnly();
    }

    /// <inheritdoc/>
    public string ContentType => "application/json";

    /// <inheritdoc/>
    public void Encode<T>(T value, IBufferWriter<byte> output)
    {
        var info = Metadata<T>();
        var writer = TakeWriter() ?? new Utf8JsonWriter(output, new JsonWriterOptions { MaxDepth = MaxDepth });
        writer.Reset(output);
        try
        {
            JsonSerializer.Serialize(writer, value, info);
            writer.Flush();
        }
        catch (Exception error) when (error is not AldisException)
        {
            throw new AldisException(new Fault(ErrorCodes.Unencodable, $"{typeof(T)} cannot be written as JSON.", error.Message), error);
        }
        finally
        {
            writer.Reset(Stream.Null);
            _writer = writer;
        }
    }

    /// <inheritdoc/>
    public T Decode<T>(ReadOnlyMemory<byte> body)
    {
        var info = Metadata<T>();
        try
        {
            return JsonSerializer.Deserialize(body.Span, info)
                ?? throw Undecodable<T>("The JSON is null.", null);
        }
        catch (Exception error) when (error is not AldisException)
        {
            throw Undecodable<T>(Locate(error), error);
        }
    }

    /// <summary>Whether a type is written and read by reflection, for want of anything better.</summary>
    internal bool Reflects(Type type) => _described.GetTypeInfo(type, _options) is null && JsonSerializer.IsReflectionEnabledByDefault;

    /// <summary>Where the JSON is wrong. The exception's own message and path can quote the body, so they are not shown.</summary>
    private static string Locate(Exception error) => error is JsonException { LineNumber: { } line } json
        ? $"The JSON is wrong at line {line + 1}, byte {json.BytePositionInLine + 1}."
        : $"The JSON does not fit ({error.GetType().Name}).";

    private static AldisException Undecodable<T>(string why, Exception? inner)
        => new(new Fault(ErrorCodes.Undecodable, $"A body cannot be read as {typeof(T)}.", why), inner);

    private JsonTypeInfo<T> Metadata<T>() => _options.TryGetTypeInfo(typeof(T), out var info)
        ? (JsonTypeInfo<T>)info
        : throw new AldisException(new Fault(ErrorCodes.NoJsonMetadata, $"There is no JSON metadata for {typeof(T)}.",
            "The generator of Aldis has not described it, and reflection is switched off in this program, as it is wherever PublishAot or trimming is on (a file-based program too)."));

    /// <summary>A converter may encode an event inside an event, so a writer in use is not shared.</summary>
    private static Utf8JsonWriter? TakeWriter()
    {
        var writer = _writer;
        _writer = null;
        return writer;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "Reached only where the program left reflection on.")]
    [UnconditionalSuppressMessage("AOT", "IL3050", Justification = "Reached only where the program left reflection on.")]
    private static DefaultJsonTypeInfoResolver? ReflectionWhereAllowed()
        => JsonSerializer.IsReflectionEnabledByDefault ? new DefaultJsonTypeInfoResolver() : null;
}
