namespace Aldis.Generators.Handlers;

/// <summary>Writes what takes the place of the calls in one file.</summary>
internal static class CallWriter
{
    private const string Attribute = """
        namespace System.Runtime.CompilerServices
        {
            [global::System.AttributeUsage(global::System.AttributeTargets.Method, AllowMultiple = true)]
            file sealed class InterceptsLocationAttribute(int version, string data) : global::System.Attribute;
        }
        """;

    public static string WriteFile(IEnumerable<CallModel> calls, EquatableArray<string> tables, Scope scope)
    {
        var writer = SourceWriter.Begin();
        writer.Lines(Attribute.Replace("\r", "").Split('\n')).Line();
        writer.Open($"namespace {Names.GeneratedNamespace}").Open("file static class Calls");
        var number = 0;
        var accessors = new List<TargetModel>();
        foreach (var call in calls)
        {
            writer.Line($"/// <summary>{call.Place.Relative(scope.ProjectFolder)}({call.Place.Line})</summary>").Line(call.Location);
            Write(writer, call, number++, tables, scope);
            writer.Line();
            accessors.AddRange(call.Class?.Methods.Select(method => method.Call) ?? []);
            accessors.AddRange(call.Receivers.Select(receiver => receiver.Target));
        }

        ClassWriter.WriteAccessors(writer, accessors);
        return writer.Close().Close().ToString();
    }

    private static void Write(SourceWriter writer, CallModel call, int number, EquatableArray<string> tables, Scope scope)
    {
        switch (call.Kind)
        {
            case CallKind.Subscribe:
                writer.Open($"public static {Names.Bus} Subscribe{number}(this {Names.Bus} bus, string group, global::System.Delegate handler, {Names.Options}? options)");
                WriteSubscribe(writer, call, scope);
                break;
            case CallKind.MapEvent:
                writer.Open($"public static {call.Type} MapEvent{number}(this {call.Type} host, string group, global::System.Delegate handler, {Names.Options}? options)");
                writer.Line($"var bus = {Names.Needed}<{Names.Bus}>(host.Services);");
                WriteSubscribe(writer, call, scope);
                break;
            case CallKind.SubscribeTyped:
                WriteTyped(writer, call, number, scope);
                break;
            case CallKind.AddHandlers:
                writer.Open($"public static {Names.Bus} AddHandlers{number}(this {Names.Bus} bus)");
                WriteClass(writer, call, scope);
                break;
            case CallKind.AddAllHandlers:
                writer.Open($"public static {Names.Bus} AddAllHandlers{number}(this {Names.Bus} bus)");
                writer.Lines(tables.Prepend(scope.Table).Select(table => $"{table}.AddHandlers(bus);")).Line("return bus;");
                break;
            default:
                WriteReceivers(writer, call, number);
                break;
        }

        writer.Close();
    }

    private static void WriteSubscribe(SourceWriter writer, CallModel call, Scope scope)
    {
        var handler = call.Handler!;
        var result = call.Kind == CallKind.MapEvent ? "host" : "bus";
        if (handler.Fault is not null)
        {
            writer.Line($"bus.Refuse({handler.Fault.Arguments});").Line($"return {result};");
            return;
        }

        writer.Line($"var call = ({call.Delegate})handler;");
        writer.Line("bus.Subscribe(").Indented(inner =>
        {
            inner.Line("group,");
            HandlerWriter.WriteLambda(inner, handler, $"{handler.Event.Type} @event, {Names.Context} context", $"call({string.Join(", ", handler.Arguments)})");
            inner.Line("options,").Line($"{handler.Event.Declaration},");
            HandlerWriter.WriteInfo(inner, handler, scope);
        });
        writer.Line($"return {result};");
    }

    private static void WriteTyped(SourceWriter writer, CallModel call, int number, Scope scope)
    {
        var @event = call.Handler!.Event;
        var type = $"global::System.Func<{@event.Type}, {Names.Context}, global::System.Threading.Tasks.ValueTask>";
        writer.Open($"public static {Names.Bus} Subscribe{number}(this {Names.Bus} bus, string group, {type} handler, {Names.Options}? options)");
        writer.Line("return bus.Subscribe(").Indented(inner =>
        {
            inner.Line("group,").Line("handler,").Line("options,").Line($"{@event.Declaration},");
            HandlerWriter.WriteInfo(inner, call.Handler, scope);
        });
    }

    private static void WriteClass(SourceWriter writer, CallModel call, Scope scope)
    {
        if (call.Class is null)
        {
            writer.Line($"return {call.Table}(bus);");
            return;
        }

        ClassWriter.WriteBody(writer, call.Class, scope);
        writer.Line("return bus;");
    }

    private static void WriteReceivers(SourceWriter writer, CallModel call, int number)
    {
        var isStatic = call.Kind == CallKind.ConnectStaticReceivers;
        var parameter = isStatic ? "global::System.Type receivers" : $"{call.Type} target";
        writer.Open($"public static global::System.IDisposable ConnectReceivers{number}(this global::Aldis.SignalSpace signals, {parameter})");
        if (!isStatic)
        {
            writer.Line("global::System.ArgumentNullException.ThrowIfNull(target);");
        }

        writer.Line("return global::Aldis.Signals.ReceiverConnections.Connect(").Indented(inner =>
        {
            inner.Line("signals,");
            var last = call.Receivers.Count - 1;
            for (var index = 0; index <= last; index++)
            {
                var receiver = call.Receivers[index];
                inner.Line($"space => {receiver.Signal}.Connect({receiver.Receiver}, {receiver.Options}){(index == last ? ");" : ",")}");
            }
        });
    }
}
