using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Aldis.Events;

/// <summary>
/// The JSON metadata of events that the generator of Aldis has written. Each assembly adds its own before its first method runs, so that a program that
/// only publishes has it too. Every <see cref="JsonCodec"/> asks here before it asks reflection. Safe for any thread.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class JsonTables
{
    /// <summary>Weak, because a plug-in can be unloaded.</summary>
    private static readonly ConditionalWeakTable<Assembly, IJsonTypeInfoResolver> _tables = [];

    /// <summary>All tables as one. What an assembly says of its own types counts before what others say of them: it was compiled together with them.</summary>
    internal static IJsonTypeInfoResolver All { get; } = new Union();

    /// <summary>Adds the table of an assembly. Called by generated code.</summary>
    /// <param name="table">Describes the events of the assembly that declares its type; it has one.</param>
    public static void Add(IJsonTypeInfoResolver table)
    {
        ArgumentNullException.ThrowIfNull(table);
        _tables.AddOrUpdate(table.GetType().Assembly, table);
    }

    private sealed class Union : IJsonTypeInfoResolver
    {
        public JsonTypeInfo? GetTypeInfo(Type type, JsonSerializerOptions options)
        {
            // An event can arrive before anything of its assembly has run.
            RuntimeHelpers.RunModuleConstructor(type.Module.ModuleHandle);
            return Own(type.Assembly)?.GetTypeInfo(type, options)
                ?? _tables.Select(table => table.Value.GetTypeInfo(type, options)).FirstOrDefault(info => info is not null);
        }

        private static IJsonTypeInfoResolver? Own(Assembly assembly) => _tables.TryGetValue(assembly, out var table) ? table : null;
    }
}
