namespace Aldis.Tests.Events;

public sealed class HeadersTests
{
    [Fact]
    public void They_keep_the_order_in_which_names_were_first_added()
    {
        var headers = Headers.Of(("zebra", "1"), ("apple", "2"), ("mango", "3"));
        Assert.Equal(["zebra", "apple", "mango"], headers.Select(header => header.Key));
    }

    [Fact]
    public void A_header_of_the_same_name_is_replaced_in_its_place()
    {
        var headers = Headers.Of(("a", "1"), ("b", "2"), ("a", "3"));
        Assert.Equal([KeyValuePair.Create("a", "3"), KeyValuePair.Create("b", "2")], headers);
    }

    [Fact]
    public void Adding_leaves_the_first_headers_as_they_are()
    {
        var first = Headers.Of(("a", "1"));
        var replaced = first.With("a", "2");
        var more = first.With("b", "3");
        Assert.Equal("1", first["a"]);
        Assert.Single(first);
        Assert.Equal("2", replaced["a"]);
        Assert.Equal(2, more.Count);
        Assert.Empty(Headers.Empty);
    }

    [Fact]
    public void A_name_that_is_not_there_has_no_value() => Assert.Null(Headers.Of(("a", "1"))["b"]);

    [Theory]
    [InlineData("")]
    [InlineData("Upper")]
    [InlineData("with space")]
    [InlineData("colon:")]
    [InlineData("line\r\nx-evil")]
    [InlineData("nul\0")]
    [InlineData("ünicode")]
    [InlineData("ce-id")]
    [InlineData("ce_type")]
    public void An_invalid_name_is_refused_with_a_message_that_is_safe_to_show(string name)
    {
        var error = Assert.Throws<AldisException>(() => Headers.Empty.With(name, "value"));
        Assert.Equal("ALD1002", error.Code);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Fact]
    public void A_name_has_at_most_64_characters()
    {
        Assert.Equal("x", Headers.Empty.With(new string('n', 64), "x")[new string('n', 64)]);
        var error = Assert.Throws<AldisException>(() => Headers.Empty.With(new string('n', 4096), "x"));
        Assert.Equal("ALD1002", error.Code);
        Assert.InRange(error.Message.Length, 1, 500);
    }

    [Theory]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData("a\0b")]
    [InlineData("a\u007fb")]
    [InlineData("a\u0085b")]
    public void A_control_character_in_a_value_is_refused_and_the_value_is_not_shown(string value)
    {
        var error = Assert.Throws<AldisException>(() => Headers.Empty.With("token", "secret-value" + value));
        Assert.Equal("ALD1002", error.Code);
        Assert.Contains("'token'", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("secret-value", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(error.Message, char.IsControl);
    }

    [Theory]
    [InlineData("")]
    [InlineData("grüße, 世界 \ud83d\ude00")]
    [InlineData("a=b; c=\"d\"")]
    public void Any_other_text_is_a_value(string value) => Assert.Equal(value, Headers.Of(("name", value))["name"]);

    [Fact]
    public void Their_size_is_counted_in_bytes_of_UTF_8() => Assert.Equal(1 + 2 + 2 + 3, Headers.Of(("a", "é"), ("bb", "世")).ByteCount);

    [Fact]
    public void As_text_they_show_names_and_no_values() => Assert.Equal("a, b", Headers.Of(("a", "secret"), ("b", "secret")).ToString());
}
