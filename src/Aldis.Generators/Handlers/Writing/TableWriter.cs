namespace Aldis.Generators.Handlers;

/// <summary>Writes the table of an assembly: its handlers, the events it declares, and where it publishes.</summary>
internal static class TableWriter
{
    public static string WriteFile(TableModel model, Scope scope)
    {
        var name = TableReader.NameOf(scope.Assembly);
        var writer = SourceWriter.Begin();
        writer.Line($"[assembly: {Names.Catalog}.HandlerTable(typeof({scope.Table}))]").Line();
        writer.Line($"namespace {Names.GeneratedNamespace};").Line();
        writer.Line($"/// <summary>The handlers of the assembly {scope.Assembly}, as the compiler has bound them.</summary>");
        writer.Line("[global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]");
        writer.Open($"public static partial class {name}");
        WriteModule(writer, model, scope);
        writer.Line().Line("/// <summary>Adds all handlers of the assembly.</summary>");
        writer.Open($"public static {Names.Bus} AddHandlers({Names.Bus} bus)").Line("bus.Know(Module);");
        writer.Lines(model.Classes.Select(type => $"{type}(bus);")).Line("return bus;");
        return writer.Close().Close().ToString();
    }

    private static void WriteModule(SourceWriter writer, TableModel model, Scope scope)
    {
        writer.Line("/// <summary>What the assembly declares and publishes.</summary>");
        writer.Line($"public static {Names.Catalog}.HandlerModule Module {{ get; }} = new()").Open();
        writer.Line("Events =").Line("[").Indented(inner => inner.Lines(model.Events.Select(type => $"{type.Declaration},"))).Line("],");
        writer.Line("Publishers =").Line("[").Indented(inner => inner.Lines(model.Publishers.Select(one =>
            $"new {Names.Catalog}.PublishPlace({one.Event.Declaration}, {(one.IsDeclared ? "true" : "false")}, {Literal.Of(one.Origin)}, {HandlerWriter.PlaceOf(one.Place, scope)}),"))).Line("],");
        writer.Close(";");
    }
}
