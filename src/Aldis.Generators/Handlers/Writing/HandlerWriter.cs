namespace Aldis.Generators.Handlers;

/// <summary>Writes the binding of one handler.</summary>
internal static class HandlerWriter
{
    /// <summary>The lambda that calls the user's code and publishes its result.</summary>
    /// <param name="writer">Where to.</param>
    /// <param name="handler">The handler.</param>
    /// <param name="parameters">The parameters of the lambda.</param>
    /// <param name="call">The call.</param>
    public static void WriteLambda(SourceWriter writer, HandlerModel handler, string parameters, string call)
    {
        writer.Line($"{(handler.IsAwaited ? "async " : "")}({parameters}) =>").Open();
        var awaited = handler.IsAwaited ? $"await {call}.ConfigureAwait(false)" : call;
        var results = $"{Names.Catalog}.HandlerResults.PublishAsync(context, ";
        switch (handler.Result)
        {
            case ResultKind.None:
                writer.Line($"{awaited};");
                break;
            case ResultKind.Value:
                writer.Line($"context.Publish({awaited});");
                break;
            case ResultKind.OneOrNull:
                writer.Line($"if ({awaited} is {{ }} one)").Open().Line("context.Publish(one);").Close();
                break;
            case ResultKind.Any when handler.IsAwaited:
                writer.Line($"await {results}{awaited}).ConfigureAwait(false);");
                break;
            case ResultKind.Any:
                writer.Line($"return {results}{call});").Close(",");
                return;
        }

        if (!handler.IsAwaited)
        {
            writer.Line("return default;");
        }

        writer.Close(",");
    }

    /// <summary>What the compiler knows of the handler, for the catalogue.</summary>
    public static void WriteInfo(SourceWriter writer, HandlerModel handler, Scope scope)
    {
        writer.Line($"new {Names.Catalog}.HandlerInfo({Literal.Of(handler.Origin)}, {PlaceOf(handler.Place, scope)})").Open();
        writer.Line($"Module = {scope.Table}.Module,");
        if (handler.Services.Count > 0)
        {
            writer.Line($"Services = [{string.Join(", ", handler.Services.Select(type => $"typeof({type})"))}],");
        }

        if (handler.Publishes.Count > 0)
        {
            writer.Line($"Publishes = [{string.Join(", ", handler.Publishes.Select(type => type.Declaration))}],");
        }

        writer.Close(");");
    }

    public static string PlaceOf(PlaceModel? place, Scope scope)
        => place is null ? "null" : $"new {Names.Catalog}.SourcePlace({Literal.Of(place.Relative(scope.ProjectFolder))}, {place.Line})";
}
