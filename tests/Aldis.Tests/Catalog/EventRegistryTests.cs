using Aldis.Catalog;

namespace Aldis.Tests.Catalog;

public sealed class EventRegistryTests
{
    private readonly EventRegistry _registry = new();

    [Fact]
    public void Two_types_cannot_have_one_topic_and_version()
    {
        _registry.Add<Made>();
        var error = Assert.Throws<AldisException>(() => _registry.Add<Point>("made"));
        Assert.Equal("ALD1102", error.Code);
        Assert.Contains(nameof(Made), error.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(Point), error.Message, StringComparison.Ordinal);
        Assert.False(_registry.TryFind(typeof(Point), out _));
    }

    [Fact]
    public void A_type_added_twice_is_one() => Assert.Same(_registry.Add<Made>(), _registry.Add<Made>());

    [Fact]
    public void A_topic_given_later_replaces_the_one_of_the_convention()
    {
        _registry.Add<Point>();
        _registry.Add<Point>("points.set");
        Assert.Equal(["points.set"], _registry.Types.Select(type => type.WireName));
        Assert.Equal("points.set", _registry.Add<Point>().WireName);
    }

    [Fact]
    public void A_topic_and_a_key_given_apart_add_up_and_the_name_before_is_free_again()
    {
        _registry.Add<Point>("points.set");
        _registry.Add<Point>(key: point => $"{point.Number}");
        Assert.Equal("points.set", _registry.Add<Point>().WireName);
        Assert.Equal("7", _registry.Add<Point>().Key!(new Point(7)));
        _registry.Add<Point>("points.moved");
        Assert.Equal("points.set", _registry.Add<Made>("points.set").WireName);
    }

    [Fact]
    public void What_is_not_marked_has_to_be_added_before_it_is_found()
    {
        var error = Assert.Throws<AldisException>(() => _registry.Find(new Point(1)));
        Assert.Equal("ALD1101", error.Code);
        Assert.Contains("AddEvent<Point>()", error.Message, StringComparison.Ordinal);
        Assert.Equal("ALD1101", Assert.Throws<AldisException>(() => _registry.Find<Point>()).Code);
        _registry.Add<Point>();
        Assert.Equal("point", _registry.Find(new Point(1)).WireName);
    }

    [Fact]
    public void What_is_marked_is_found_at_once() => Assert.Equal("made", _registry.Find(new Made(1)).WireName);

    [Fact]
    public void What_an_event_really_is_counts_before_what_it_is_called()
    {
        _registry.Add<Shape>();
        Assert.Equal("shape", _registry.Find<Shape>(new Circle()).WireName);
        _registry.Add<Circle>();
        Assert.Equal("circle", _registry.Find<Shape>(new Circle()).WireName);
        Assert.Equal("circle", _registry.Find<object>(new Circle()).WireName);
    }

    [Fact]
    public void Types_are_listed_by_their_names_on_the_wire()
    {
        _registry.Add<Trigger>();
        _registry.Add<Made>();
        _registry.Add<AlsoMade>();
        Assert.Equal(["also-made", "made", "trigger"], _registry.Types.Select(type => type.WireName));
    }

    internal record Shape;

    internal sealed record Circle : Shape;
}
