namespace Aldis.Generators.Handlers;

/// <summary>Writes the binding of a class: the statements that add it to <c>bus</c>, and the accessors that they use.</summary>
internal static class ClassWriter
{
    public static string WriteFile(ClassModel model, Scope scope)
    {
        var writer = SourceWriter.Begin();
        writer.Line($"namespace {Names.GeneratedNamespace};").Line();
        writer.Open($"public static partial class {TableReader.NameOf(scope.Assembly)}");
        writer.Line($"/// <summary>Adds the handlers of {model.Type.Replace("<", "{").Replace(">", "}")}.</summary>");
        writer.Open($"public static {Names.Bus} {model.Name}({Names.Bus} bus)");
        WriteBody(writer, model, scope);
        writer.Line("return bus;").Close();
        WriteAccessors(writer, model.Methods.Select(method => method.Call));
        return writer.Close().ToString();
    }

    public static void WriteBody(SourceWriter writer, ClassModel model, Scope scope)
    {
        if (model.Fault is not null)
        {
            writer.Line($"bus.Refuse({model.Fault.Arguments});");
        }

        foreach (var method in model.Methods)
        {
            if (method.Handler.Fault is { } fault)
            {
                writer.Line($"bus.Refuse({fault.Arguments});");
            }
            else if (method.Call.IsStatic || model.Build is not null)
            {
                WriteMethod(writer, model, method, scope);
            }
        }
    }

    public static void WriteAccessors(SourceWriter writer, IEnumerable<TargetModel> targets)
    {
        foreach (var accessor in targets.Select(target => target.Accessor).OfType<string>().Distinct())
        {
            writer.Line().Lines(accessor.Split('\n'));
        }
    }

    private static void WriteMethod(SourceWriter writer, ClassModel model, MethodModel method, Scope scope)
    {
        var handler = method.Handler;
        var call = method.Call.Call(handler.Arguments);
        writer.Line("bus.Subscribe(").Indented(inner =>
        {
            inner.Line($"{Literal.Of(method.Group)},");
            if (!method.Call.IsStatic)
            {
                inner.Line($"static services => {model.Build},");
            }

            var parameters = $"{(method.Call.IsStatic ? "" : model.Type + " target, ")}{handler.Event.Type} @event, {Names.Context} context";
            HandlerWriter.WriteLambda(inner, handler, parameters, call);
            inner.Line(method.Concurrency is { } concurrency ? $"{Names.Options}.OfMethod({concurrency})," : "null,");
            inner.Line($"{handler.Event.Declaration},");
            HandlerWriter.WriteInfo(inner, handler, scope);
        });
    }
}
