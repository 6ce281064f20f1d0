using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Aldis.Events;

namespace Aldis.PostgreSql.Rows;

/// <summary>
/// The JSON metadata of <see cref="RowChange{T}"/>, which lets a bus write and read it without reflection. That of the row itself is the user's own, or what the generator of
/// Aldis has written where it saw <c>bus.Rows&lt;T&gt;</c>.
/// </summary>
internal sealed class RowJson : IJsonTypeInfoResolver
{
    private static readonly ConcurrentDictionary<Type, Func<JsonSerializerOptions, JsonTypeInfo>> _known = new();

    static RowJson() => JsonTables.Add(new RowJson());

    private RowJson()
    {
    }

    /// <summary>From now on the changes of such rows can be written and read.</summary>
    public static void Know<T>() where T : class
        => _known.TryAdd(typeof(RowChange<T>), static options => JsonMetadataServices.CreateValueInfo<RowChange<T>>(options, new RowChangeConverter<T>()));

    public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options) => _known.TryGetValue(type, out var make) ? make(options) : null;
}
