using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Json;

/// <summary>Which types are collections to System.Text.Json, and of which kind: asked in the serializer's own order, the first that fits counts.</summary>
internal static class Collections
{
    private const string Generic = "System.Collections.Generic.";
    private const string Immutable = "System.Collections.Immutable.";
    private const string Concurrent = "System.Collections.Concurrent.";

    /// <summary>A kind: the type to look for among bases and interfaces, and the method that describes it.</summary>
    private static readonly (string Type, string Method)[] _kinds =
    [
        (Generic + "List", "CreateListInfo"),
        (Generic + "Dictionary", "CreateDictionaryInfo"),
        (Generic + "IDictionary", "CreateIDictionaryInfo"),
        (Generic + "IReadOnlyDictionary", "CreateIReadOnlyDictionaryInfo"),
        (Generic + "IList", "CreateIListInfo"),
        (Generic + "ISet", "CreateISetInfo"),
        (Generic + "ICollection", "CreateICollectionInfo"),
        (Generic + "Stack", "CreateStackInfo"),
        (Generic + "Queue", "CreateQueueInfo"),
        (Concurrent + "ConcurrentStack", "CreateConcurrentStackInfo"),
        (Concurrent + "ConcurrentQueue", "CreateConcurrentQueueInfo"),
        (Generic + "IEnumerable", "CreateIEnumerableInfo"),
    ];

    private static readonly Dictionary<string, string> _immutable = new(StringComparer.Ordinal)
    {
        ["ImmutableArray"] = "ImmutableArray",
        ["ImmutableList"] = "ImmutableList",
        ["IImmutableList"] = "ImmutableList",
        ["ImmutableStack"] = "ImmutableStack",
        ["IImmutableStack"] = "ImmutableStack",
        ["ImmutableQueue"] = "ImmutableQueue",
        ["IImmutableQueue"] = "ImmutableQueue",
        ["ImmutableHashSet"] = "ImmutableHashSet",
        ["IImmutableSet"] = "ImmutableHashSet",
        ["ImmutableSortedSet"] = "ImmutableSortedSet",
        ["ImmutableDictionary"] = "ImmutableDictionary",
        ["IImmutableDictionary"] = "ImmutableDictionary",
        ["ImmutableSortedDictionary"] = "ImmutableSortedDictionary",
    };

    /// <summary>A collection as it was recognised.</summary>
    /// <param name="Method">The method that describes it, with type arguments.</param>
    /// <param name="Items">The types it holds: keys and values, or elements.</param>
    /// <param name="Extra">How an immutable one is filled.</param>
    /// <param name="Fault">What stands in the way.</param>
    public sealed record Kind(string Method, IEnumerable<ITypeSymbol> Items, string? Extra = null, string? Fault = null);

    /// <summary>The kind of a collection; null when the type is none.</summary>
    public static Kind? Recognise(ITypeSymbol type) => type switch
    {
        IArrayTypeSymbol { IsSZArray: true } array => new($"CreateArrayInfo<{array.ElementType.FullName()}>", [array.ElementType]),
        IArrayTypeSymbol => new("", [], Fault: "is an array of more than one dimension"),
        INamedTypeSymbol named => Memory(named) ?? FilledAtOnce(named) ?? Streamed(named) ?? Known(named) ?? Untyped(named),
        _ => null,
    };

    private static Kind? Memory(INamedTypeSymbol type) => type.PlainName() switch
    {
        "System.Memory" => new($"CreateMemoryInfo<{Names(type)}>", type.TypeArguments),
        "System.ReadOnlyMemory" => new($"CreateReadOnlyMemoryInfo<{Names(type)}>", type.TypeArguments),
        _ => null,
    };

    private static Kind? FilledAtOnce(INamedTypeSymbol type)
    {
        var name = type.PlainName();
        if (!name.StartsWith(Immutable, StringComparison.Ordinal) || !_immutable.TryGetValue(name.Substring(Immutable.Length), out var factory))
        {
            return null;
        }

        var method = type.TypeArguments.Length == 2 ? "CreateImmutableDictionaryInfo" : "CreateImmutableEnumerableInfo";
        return new($"{method}<{type.FullName()}, {Names(type)}>", type.TypeArguments, $"global::{Immutable}{factory}.CreateRange<{Names(type)}>");
    }

    private static Kind? Streamed(INamedTypeSymbol type) => Find(type, Generic + "IAsyncEnumerable").Any()
        ? new("", [], Fault: "is an asynchronous stream")
        : null;

    private static Kind? Known(INamedTypeSymbol type)
    {
        foreach (var (name, method) in _kinds)
        {
            INamedTypeSymbol[] found = [.. Find(type, name)];
            if (found.Length > 1)
            {
                return new("", [], Fault: $"is a collection in more than one way ({string.Join(", ", found.Select(kind => kind.Told()))})");
            }

            if (found is [var kind])
            {
                return new($"{method}<{type.FullName()}, {Names(kind)}>", kind.TypeArguments);
            }
        }

        return null;
    }

    private static Kind? Untyped(INamedTypeSymbol type) => Find(type, "System.Collections.IEnumerable").Any()
        ? new("", [], Fault: "is a collection without an element type")
        : null;

    private static IEnumerable<INamedTypeSymbol> Find(INamedTypeSymbol type, string name)
        => Types.BasesOf(type).Concat(type.AllInterfaces).Where(candidate => candidate.Is(name)
            && candidate.IsGenericType == (name != "System.Collections.IEnumerable"));

    private static string Names(INamedTypeSymbol type) => string.Join(", ", type.TypeArguments.Select(argument => argument.FullName()));
}
