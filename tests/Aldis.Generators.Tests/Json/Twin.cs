using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Aldis.Generators.Json;

namespace Aldis.Generators.Tests.Json;

/// <summary>The types of one case, compiled with the metadata emitted for them, and the same done by reflection beside it.</summary>
internal sealed class Twin
{
    private readonly (JsonSerializerOptions Emitted, JsonSerializerOptions Reflected)[] _options;

    public Twin(string source)
    {
        var compilation = Laboratory.Compile(source);
        Models = Laboratory.ModelsOf(compilation);
        var assembly = Laboratory.Load(Laboratory.With(compilation, JsonEmitter.Emit(Models)));
        var values = assembly.GetTypes().Single(type => type.Name == "Values");
        Values = ((Type, object)[])values.GetMethod("All")!.Invoke(null, null)!;
        _options = [.. OptionsOf(Laboratory.Resolver(assembly)).Zip(OptionsOf(new DefaultJsonTypeInfoResolver()))];
    }

    public JsonModel[] Models { get; }

    public (Type Type, object Value)[] Values { get; }

    /// <summary>Writes the value both ways with each set of options, compares, and reads what was written and variations of it, and compares.</summary>
    public int Compare(Type type, object value, Random random)
    {
        var compared = 0;
        foreach (var (emitted, reflected) in _options)
        {
            var written = Written(type, value, reflected);
            Assert.Equal(written, Written(type, value, emitted));
            foreach (var json in Variations.Of(written.StartsWith('!') ? "{}" : written, random).Prepend("null").Prepend("{}").Prepend("[]"))
            {
                CompareReading(type, json, emitted, reflected);
                compared++;
            }
        }

        return compared;
    }

    private static void CompareReading(Type type, string json, JsonSerializerOptions emitted, JsonSerializerOptions reflected)
    {
        var (expected, expectedError) = Read(type, json, reflected);
        var (actual, actualError) = Read(type, json, emitted);
        Assert.True(expectedError == actualError, $"{type} from {json}\nreflection: {expectedError}\nemitted:    {actualError}");
        var difference = Likeness.Difference(expected, actual, type.Name);
        Assert.True(difference is null, $"{type} from {json}\n{difference}");
    }

    private static string Written(Type type, object value, JsonSerializerOptions options)
    {
        try
        {
            return Encoding.UTF8.GetString(JsonSerializer.SerializeToUtf8Bytes(value, options.GetTypeInfo(type)));
        }
        catch (Exception error) when (error is JsonException or NotSupportedException or InvalidOperationException)
        {
            return "!" + Told(error);
        }
    }

    private static (object? Value, string? Error) Read(Type type, string json, JsonSerializerOptions options)
    {
        try
        {
            return (JsonSerializer.Deserialize(json, options.GetTypeInfo(type)), null);
        }
        catch (Exception error)
        {
            return (null, Told(error));
        }
    }

    /// <summary>The error, without the name of the resolver, which differs rightly. That a converter does not fit is told in our own words.</summary>
    private static string Told(Exception error) => error is InvalidOperationException
        ? error.GetType().Name
        : $"{error.GetType().Name} at {(error as JsonException)?.Path}: " + error.Message
            .Replace("Aldis.Generated.AldisJsonResolver", "RESOLVER", StringComparison.Ordinal)
            .Replace(typeof(DefaultJsonTypeInfoResolver).FullName!, "RESOLVER", StringComparison.Ordinal);

    private static IEnumerable<JsonSerializerOptions> OptionsOf(IJsonTypeInfoResolver resolver) =>
    [
        new(JsonSerializerDefaults.Web) { TypeInfoResolver = resolver, MaxDepth = 64 },
        new() { TypeInfoResolver = resolver, WriteIndented = true },
        new()
        {
            TypeInfoResolver = resolver,
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseUpper,
            DictionaryKeyPolicy = JsonNamingPolicy.CamelCase,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            NumberHandling = JsonNumberHandling.AllowReadingFromString,
        },
        new()
        {
            TypeInfoResolver = resolver,
            IgnoreReadOnlyProperties = true,
            PreferredObjectCreationHandling = JsonObjectCreationHandling.Populate,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
            Converters = { new JsonStringEnumConverter(), new Ticks() },
        },
    ];

    private sealed class Ticks : JsonConverter<TimeSpan>
    {
        public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetInt64());

        public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteNumberValue(value.Ticks);
    }
}
