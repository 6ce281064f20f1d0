using Aldis.Catalog;

namespace Aldis.Tests.Catalog;

public sealed class EventNamingTests
{
    [Theory]
    [InlineData(typeof(OrderPlaced), "order-placed")]
    [InlineData(typeof(Order), "order")]
    [InlineData(typeof(HTTPServerStarted), "http-server-started")]
    [InlineData(typeof(FileOnFTP), "file-on-ftp")]
    [InlineData(typeof(Order2Placed), "order2-placed")]
    [InlineData(typeof(lowercase), "lowercase")]
    [InlineData(typeof(Changed<Order>), "changed-order")]
    [InlineData(typeof(Changed<Changed<OrderPlaced>>), "changed-changed-order-placed")]
    [InlineData(typeof(Moved<Order, OrderPlaced>), "moved-order-order-placed")]
    [InlineData(typeof(Feature<Order>.Began), "began-order")]
    [InlineData(typeof(Convened), "convened")]
    [InlineData(typeof(Named), "Some.Name_of-mine")]
    public void The_topic_is_what_the_mark_says_or_the_name_of_the_type(Type type, string topic)
    {
        var (name, version) = EventNaming.Of(type);
        Assert.Equal((topic, 1), (name.Value, version));
    }

    [Fact]
    public void From_version_2_the_name_on_the_wire_has_the_version_behind_it()
    {
        var registry = new EventRegistry();
        Assert.Equal(("orders", "orders"), Names(registry.Add<First>()));
        Assert.Equal(("orders", "orders.v2"), Names(registry.Add<Second>()));

        static (string, string) Names(EventType type) => (type.Topic.Value, type.WireName);
    }

    [Fact]
    public void Versions_count_from_1() => Assert.Equal("ALD1304", Assert.Throws<AldisException>(() => EventNaming.Of(typeof(Zeroth))).Code);

    [Theory]
    [InlineData(typeof(BadlyNamed))]
    [InlineData(typeof(Größe))]
    [InlineData(typeof(Changed<Order[]>))]
    public void A_name_that_cannot_be_a_topic_is_refused(Type type)
        => Assert.Equal("ALD1001", Assert.Throws<AldisException>(() => EventNaming.Of(type)).Code);

    [Fact]
    public void A_mark_is_not_inherited() => Assert.Equal("derived", EventNaming.Of(typeof(Derived)).Topic.Value);

    internal sealed record Order;

    internal sealed record OrderPlaced;

    internal sealed record HTTPServerStarted;

    internal sealed record FileOnFTP;

    internal sealed record Order2Placed;

#pragma warning disable CS8981 // A lower-case name is what this is about.
    internal sealed record lowercase;
#pragma warning restore CS8981

    internal sealed record Changed<T>;

    internal sealed record Moved<TFrom, TTo>;

    internal static class Feature<T>
    {
        internal sealed record Began;
    }

    internal sealed record Größe;

    [Event]
    internal sealed record Convened;

    [Event("Some.Name_of-mine")]
    internal record Named;

    internal sealed record Derived : Named;

    [Event("../etc")]
    internal sealed record BadlyNamed;

    [Event("orders")]
    internal sealed record First;

    [Event("orders", Version = 2)]
    internal sealed record Second;

    [Event("orders", Version = 0)]
    internal sealed record Zeroth;
}
