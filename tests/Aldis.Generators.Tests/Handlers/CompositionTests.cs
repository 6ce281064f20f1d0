using System.Reflection;
using System.Runtime.Loader;
using Aldis.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Aldis.Generators.Tests.Handlers;

/// <summary>Several assemblies, each with its table, and the host that composes them.</summary>
public sealed class CompositionTests
{
    private const string Library = """
        namespace Parts;

        [Event("parts.ordered")]
        internal sealed record PartOrdered(int Number);

        public sealed class Stock
        {
            [Subscribe("stock")]
            internal void Handle(PartOrdered part) { }
        }

        internal sealed class Hidden
        {
            [Subscribe("hidden")]
            private static void Handle(PartOrdered part) { }
        }
        """;

    private const string Host = """
        [Event("orders.placed")]
        internal sealed record OrderPlaced(int Number);

        internal static class Billing
        {
            [Subscribe("billing")]
            public static void Handle(OrderPlaced order) { }
        }

        public static class Program
        {
            public static void All(EventBusBuilder bus) => bus.AddAllHandlers();

            public static void One(EventBusBuilder bus) => bus.AddHandlers<Parts.Stock>();
        }
        """;

    [Fact]
    public async Task One_call_adds_the_handlers_of_all_assemblies()
        => Assert.Equal(["billing orders.placed", "hidden parts.ordered", "stock parts.ordered"], await GroupsAsync("All"));

    [Fact]
    public async Task A_class_of_another_assembly_is_added_by_the_table_of_that() => Assert.Equal(["stock parts.ordered"], await GroupsAsync("One"));

    [Fact]
    public async Task The_handlers_of_a_plug_in_are_found_by_reflection()
    {
        var (library, _) = Load();
        await using var bus = await EventBus.StartAsync(bus => bus.UseInMemory().AddHandlersByReflection(library));
        Assert.Equal(["hidden parts.ordered", "stock parts.ordered"], GroupsOf(bus));
        Assert.All(bus.Catalog.Subscriptions, subscription => Assert.Null(subscription.Place));
    }

    private static async Task<string[]> GroupsAsync(string method)
    {
        var (_, host) = Load();
        var add = host.GetType("Program")!.GetMethod(method)!.CreateDelegate<Action<EventBusBuilder>>();
        await using var bus = await EventBus.StartAsync(bus => add(bus.UseInMemory()));
        Assert.All(bus.Catalog.Subscriptions, subscription => Assert.NotNull(subscription.Place));
        return GroupsOf(bus);
    }

    private static string[] GroupsOf(EventBus bus)
        => [.. bus.Catalog.Subscriptions.Select(subscription => $"{subscription.Group} {subscription.Event.WireName}").Order(StringComparer.Ordinal)];

    private static (Assembly Library, Assembly Host) Load()
    {
        var context = new AssemblyLoadContext("composed", isCollectible: true);
        var library = Image("Parts", Library);
        var host = Image("Host", Host, MetadataReference.CreateFromImage(library));
        return (context.LoadFromStream(new MemoryStream(library)), context.LoadFromStream(new MemoryStream(host)));
    }

    private static byte[] Image(string name, string source, params MetadataReference[] references)
    {
        var compiling = new Compiling(($"{name}.cs", source));
        compiling = new Compiling { Compilation = compiling.Compilation.WithAssemblyName(name).AddReferences(references) };
        compiling.Generate(out var compiled);
        using var image = new MemoryStream();
        Assert.True(compiled.Emit(image).Success);
        return image.ToArray();
    }
}
