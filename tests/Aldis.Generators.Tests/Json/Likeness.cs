using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Aldis.Generators.Tests.Json;

/// <summary>Whether two objects are alike: of the same types, with alike fields, all the way down.</summary>
internal static class Likeness
{
    /// <summary>Where two values differ; null when they do not.</summary>
    public static string? Difference(object? expected, object? actual, string path)
    {
        if (expected is null || actual is null)
        {
            return expected is null && actual is null ? null : $"{path}: {expected ?? "null"} and {actual ?? "null"}";
        }

        if (expected.GetType() != actual.GetType())
        {
            return $"{path}: {expected.GetType()} and {actual.GetType()}";
        }

        return expected switch
        {
            Delegate => null,
            JsonElement element => Same(Raw(element), Raw((JsonElement)actual), path),
            JsonNode node => Same(node.ToJsonString(), ((JsonNode)actual).ToJsonString(), path),
            string or decimal or Uri or Type => Same(expected, actual, path),
            Memory<byte> memory => Same(Convert.ToHexString(memory.Span), Convert.ToHexString(((Memory<byte>)actual).Span), path),
            ReadOnlyMemory<byte> memory => Same(Convert.ToHexString(memory.Span), Convert.ToHexString(((ReadOnlyMemory<byte>)actual).Span), path),
            _ when expected.GetType() is { IsPrimitive: true } or { IsEnum: true } => Same(expected, actual, path),
            Array or IEnumerable when IsOfTheFramework(expected) => OfItems((IEnumerable)expected, (IEnumerable)actual, path),
            _ => OfFields(expected, actual, path),
        };
    }

    private static string Raw(JsonElement element) => element.ValueKind == JsonValueKind.Undefined ? "" : element.GetRawText();

    private static bool IsOfTheFramework(object value)
        => value.GetType().Namespace?.StartsWith("System", StringComparison.Ordinal) != false
            && value is not IList { IsFixedSize: true, Count: 0 } && value.GetType().GetProperty("IsDefault")?.GetValue(value) is not true;

    private static string? Same(object expected, object actual, string path) => expected.Equals(actual) ? null : $"{path}: {expected} and {actual}";

    private static string? OfItems(IEnumerable expected, IEnumerable actual, string path)
    {
        object?[] left = [.. expected.Cast<object?>()], right = [.. actual.Cast<object?>()];
        return left.Length != right.Length
            ? $"{path}: {left.Length} items and {right.Length}"
            : left.Zip(right).Select((pair, index) => Difference(pair.First, pair.Second, $"{path}[{index}]")).FirstOrDefault(found => found is not null);
    }

    private static string? OfFields(object expected, object actual, string path)
    {
        for (var type = expected.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (Difference(field.GetValue(expected), field.GetValue(actual), $"{path}.{field.Name}") is { } found)
                {
                    return found;
                }
            }
        }

        return null;
    }
}
