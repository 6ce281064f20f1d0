namespace Aldis.Generators.Json;

/// <summary>Writes the accessors, in one class for each type they reach into.</summary>
internal static class AccessorWriter
{
    private const string Compiler = "global::System.Runtime.CompilerServices.";

    public static void Write(SourceWriter text, IEnumerable<JsonAccessor> accessors)
    {
        var holders = accessors.Distinct().GroupBy(accessor => (accessor.Holder, accessor.TypeParameters, accessor.Constraints))
            .OrderBy(group => group.Key.Holder, StringComparer.Ordinal).ThenBy(group => group.Key.TypeParameters, StringComparer.Ordinal);
        foreach (var holder in holders)
        {
            var (name, parameters, constraints) = holder.Key;
            text.Line().Open($"private static class {name}{parameters}{constraints}")
                .Lines(holder.OrderBy(accessor => accessor.Declaration, StringComparer.Ordinal).Select(Declare)).Close();
        }
    }

    private static string Declare(JsonAccessor accessor)
    {
        var target = accessor.Target is null ? "" : $", Name = {Literal.Of(accessor.Target)}";
        return $"[{Compiler}UnsafeAccessor({Compiler}UnsafeAccessorKind.{accessor.Kind}{target})] internal static extern {accessor.Declaration};";
    }
}
