namespace Aldis.Generators.Json;

/// <summary>Writes the resolver that gives the metadata of event types and of all they reach.</summary>
internal static class JsonEmitter
{
    private const string Resolver = JsonNames.Metadata + "IJsonTypeInfoResolver";

    /// <summary>
    /// Writes the resolver and, as <c>AldisJson</c>, what makes it known before the first method of the assembly runs. The same models give the same text,
    /// in whatever order they come.
    /// </summary>
    /// <param name="models">What was read. Those with faults are left out: their events are for the reflection resolver.</param>
    public static string Emit(IEnumerable<JsonModel> models)
    {
        JsonTypeModel[] types = [.. models.Where(model => model.IsComplete).SelectMany(model => model.Types)
            .GroupBy(type => type.Name, StringComparer.Ordinal).Select(group => group.First()).OrderBy(type => type.Name, StringComparer.Ordinal)];
        var text = SourceWriter.Begin().Line($"namespace {Names.GeneratedNamespace};").Line();
        WriteSeam(text);
        new ResolverWriter(text, types).Write("AldisJsonResolver");
        return text.ToString();
    }

    private static void WriteSeam(SourceWriter text) => text
        .Line("/// <summary>The JSON metadata of this assembly's events.</summary>")
        .Line(JsonNames.Generated)
        .Open("internal static class AldisJson")
        .Line("/// <summary>Asked before reflection is; knows no other types than the events and what they reach.</summary>")
        .Line($"internal static {Resolver} Resolver {{ get; }} = new AldisJsonResolver();")
        .Line()
        .Line("[global::System.Runtime.CompilerServices.ModuleInitializer]")
        .Line("internal static void Add() => global::Aldis.Events.JsonTables.Add(Resolver);")
        .Close()
        .Line();
}
