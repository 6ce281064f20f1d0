using System.Buffers;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using System.Text;
using System.Text.Json;
using Aldis.Events;
using Aldis.Generators.Tests.Support;
using Microsoft.CodeAnalysis;

namespace Aldis.Generators.Tests.Json;

/// <summary>Which events an assembly brings the metadata of, and what a bus makes of it.</summary>
public sealed class TableTests
{
    private const string Template = """
        internal sealed record Order(string Id);
        internal sealed record Changed<T>(T What);
        [Event("marked")] internal sealed record Marked(int Number);
        [Event("moved")] internal sealed record Moved<T>(T Where);
        [Event("based")] internal abstract record Based;
        internal static class Outer { [Event("inner")] internal sealed record Inner(int Number); }
        internal abstract class Base<T> { [Subscribe("base")] public void Handle(T one) { } }
        internal sealed class Derived : Base<Order>;

        public static class Program
        {
            private sealed record Secret(int Number);

            internal static async Task Do<T>(EventBusBuilder bus, IEventBus running, EventContext context, Microsoft.Extensions.Hosting.IHost host, T any) where T : notnull
            {
                await Task.Yield();
                STATEMENT;
            }
        }
        """;

    [Theory]
    [InlineData("", "Marked")]
    [InlineData("", "Based")]
    [InlineData("", "Outer+Inner")]
    [InlineData("bus.Subscribe(\"a\", (Order order) => { })", "Order")]
    [InlineData("bus.Subscribe(\"a\", (Marked one) => new[] { new Order(\"A\") })", "Order")]
    [InlineData("bus.Subscribe(\"a\", async (Marked one) => { await Task.Yield(); return (one, new Order(\"A\")); })", "Order")]
    [InlineData("bus.Subscribe<Order>(\"a\", (order, context) => default)", "Order")]
    [InlineData("host.MapEvent(\"a\", (Order order) => { })", "Order")]
    [InlineData("bus.AddHandlers<Derived>()", "Order")]
    [InlineData("bus.AddEvent<Order>()", "Order")]
    [InlineData("bus.AddSchedule(\"a\", null!, slot => new Order(\"A\"))", "Order")]
    [InlineData("bus.AddCron(\"a\", \"@daily\", slot => new Order(\"A\"))", "Order")]
    [InlineData("bus.Carry(Signal.Named<Order>(\"a\"))", "Order")]
    [InlineData("bus.Rows<Order>(\"orders\")", "Order")]
    [InlineData("RowTable.Of<Order>(\"orders\")", "Order")]
    [InlineData("await running.PublishAsync(new Order(\"A\"))", "Order")]
    [InlineData("context.Publish(new Order(\"A\"))", "Order")]
    [InlineData("running.Topic<Order>()", "Order")]
    [InlineData("context.Publish(new Changed<Order>(new(\"A\")))", "Changed`1[Order]")]
    [InlineData("context.Publish(new Moved<Order>(new(\"A\")))", "Moved`1[Order]")]
    [InlineData("context.Publish(new Version(1, 2))", "System.Version")]
    public void The_metadata_of_an_event_is_there(string statement, string type)
    {
        var assembly = Load(statement);
        var found = assembly.GetType(type) ?? Type.GetType(type, throwOnError: true)!;
        Assert.NotNull(Laboratory.Resolver(assembly).GetTypeInfo(found, new()));
    }

    [Theory]
    [InlineData("context.Publish(any)")]
    [InlineData("context.Publish<object>(\"A\")")]
    [InlineData("context.Publish<IComparable>(new Version(1, 2))")]
    [InlineData("context.Publish(new Changed<T>(any))")]
    [InlineData("context.Publish(new Secret(1))")]
    [InlineData("bus.Subscribe(\"a\", (Secret one) => { })")]
    [InlineData("bus.AddEvent<List<Secret>>()")]
    [InlineData("bus.AddEvent<Action>()")]
    [InlineData("Console.WriteLine(new Order(\"A\"))")]
    public void What_is_no_event_or_cannot_be_written_is_left_out(string statement)
        => Assert.Equal(Generate("")["Json.g.cs"], Generate(statement)["Json.g.cs"]);

    [Fact]
    public async Task A_bus_needs_no_reflection_for_events_of_its_own_and_of_other_assemblies()
    {
        await using var bus = await StartAsync(withGenerator: true);
        Assert.Equal(["far.sent False", "near.sent False"], Reflected(bus));
    }

    [Fact]
    public async Task Events_of_an_assembly_compiled_without_the_generator_are_described_where_they_are_used()
    {
        await using var bus = await StartAsync(withGenerator: false);
        Assert.Equal(["far.sent False", "near.sent False"], Reflected(bus));
    }

    [Fact]
    public void What_another_assembly_describes_is_not_described_again()
    {
        Assert.DoesNotContain("global::Far.Sent", Emitted(withGenerator: true), StringComparison.Ordinal);
        Assert.Contains("global::Far.Sent", Emitted(withGenerator: false), StringComparison.Ordinal);

        static string Emitted(bool withGenerator) => Near(Image("Far", Far, withGenerator)).Generate()["Json.g.cs"];
    }

    [Fact]
    public void An_assembly_that_sees_the_internals_of_another_has_a_table_of_its_own()
    {
        var far = Image("Far", "[assembly: System.Runtime.CompilerServices.InternalsVisibleTo(\"Near\")]" + Far, withGenerator: true);
        Near(far).Generate(out var near);
        var assembly = Load(new AssemblyLoadContext("tables"), near);
        Assert.NotNull(Laboratory.Resolver(assembly).GetTypeInfo(assembly.GetType("Sent")!, new()));
    }

    [Fact]
    public void What_an_assembly_says_of_its_own_types_counts()
    {
        var older = Image("Far", Far, withGenerator: true);
        With(new Compiling(("Near.cs", "[Event(\"near.sent\")] internal sealed record Sent(Far.Sent Cause);")), "Near", MetadataReference.CreateFromImage(older)).Generate(out var near);
        var newer = Image("Far", Far.Replace("int Number", "int Number, string Text", StringComparison.Ordinal), withGenerator: true);

        var context = new AssemblyLoadContext("tables");
        var type = context.LoadFromStream(new MemoryStream(newer)).GetType("Far.Sent")!;
        RuntimeHelpers.RunModuleConstructor(Load(context, near).ManifestModule.ModuleHandle);
        var written = new ArrayBufferWriter<byte>();
        typeof(JsonCodec).GetMethod(nameof(JsonCodec.Encode))!.MakeGenericMethod(type).Invoke(new JsonCodec(), [Activator.CreateInstance(type, 1, "new"), written]);
        Assert.Equal("""{"number":1,"text":"new"}""", Encoding.UTF8.GetString(written.WrittenSpan));
    }

    [Fact]
    public async Task A_private_event_is_written_by_reflection_and_the_bus_says_so()
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseInMemory().AddEvent<Made>().Subscribe<Hidden>("group", (_, _) => default));
        var lines = bus.Describe().Split(Environment.NewLine);
        Assert.Contains($"  event hidden = {typeof(Hidden)}, as JSON by reflection", lines);
        Assert.Contains($"  event made = {typeof(Made)}", lines);
        Assert.Equal(["hidden True", "made False"], Reflected(bus));
    }

    [Fact]
    public void A_plug_in_that_has_brought_metadata_can_be_unloaded()
    {
        var plugIn = Unloaded();
        for (var round = 0; plugIn.IsAlive && round < 20; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.False(plugIn.IsAlive);
    }

    private const string Far = "namespace Far; [Event(\"far.sent\")] public sealed record Sent(int Number);";

    private static Compiling Near(byte[] far) => With(new Compiling(("Near.cs", """
        [Event("near.sent")] internal sealed record Sent(int Number);

        public static class Program
        {
            public static void Say(EventBusBuilder bus) => bus.Subscribe<Far.Sent>("group", (_, _) => default).Subscribe<Sent>("group", (_, _) => default);
        }
        """)), "Near", MetadataReference.CreateFromImage(far));

    /// <summary>No method of the far assembly has run when the bus asks for its event.</summary>
    private static ValueTask<EventBus> StartAsync(bool withGenerator)
    {
        var far = Image("Far", Far, withGenerator);
        Near(far).Generate(out var near);
        var context = new AssemblyLoadContext("tables");
        context.LoadFromStream(new MemoryStream(far));
        var say = Load(context, near).GetType("Program")!.GetMethod("Say")!.CreateDelegate<Action<EventBusBuilder>>();
        return EventBus.StartAsync(bus => say(bus.UseInMemory()));
    }

    private static string[] Reflected(EventBus bus)
    {
        using var json = JsonDocument.Parse(bus.DescribeJson());
        return [.. from topic in json.RootElement.GetProperty("topics").EnumerateArray()
                   from type in topic.GetProperty("events").EnumerateArray()
                   select $"{type.GetProperty("name")} {type.GetProperty("reflection")}"];
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Unloaded()
    {
        var context = new AssemblyLoadContext("plug-in", isCollectible: true);
        With(new Compiling(("Far.cs", Far)), "Far").Generate(out var compiled);
        var assembly = Load(context, compiled);
        RuntimeHelpers.RunModuleConstructor(assembly.ManifestModule.ModuleHandle);
        context.Unload();
        return new WeakReference(assembly);
    }

    private static SortedDictionary<string, string> Generate(string statement) => Compiled(statement).Generate();

    private static Assembly Load(string statement)
    {
        Compiled(statement).Generate(out var compiled);
        return Load(new AssemblyLoadContext("table", isCollectible: true), compiled);
    }

    private static Compiling Compiled(string statement) => new(("Program.cs", Template.Replace("STATEMENT", statement, StringComparison.Ordinal)));

    private static Compiling With(Compiling compiling, string name, params MetadataReference[] references)
        => new() { Compilation = compiling.Compilation.WithAssemblyName(name).AddReferences(references) };

    private static byte[] Image(string name, string source, bool withGenerator)
    {
        var compiling = With(new Compiling(($"{name}.cs", source)), name);
        Compilation compiled = compiling.Compilation;
        if (withGenerator)
        {
            compiling.Generate(out compiled);
        }

        using var image = new MemoryStream();
        Assert.True(compiled.Emit(image).Success);
        return image.ToArray();
    }

    private static Assembly Load(AssemblyLoadContext context, Compilation compiled)
    {
        using var image = new MemoryStream();
        Assert.True(compiled.Emit(image).Success);
        image.Position = 0;
        return context.LoadFromStream(image);
    }

    [Event("hidden")]
    private sealed record Hidden(int Number);
}
