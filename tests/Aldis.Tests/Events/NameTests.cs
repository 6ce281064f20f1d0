using Aldis.Events;

namespace Aldis.Tests.Events;

public sealed class NameTests
{
    public static TheoryData<string> Invalid => new(
        "", " ", ".", "..", "../", "../etc/passwd", "/etc/passwd", "C:\\events", "a/b", "a\\b", "%2e%2e", "a%00b", "~root", "orders..placed",
        ".hidden", "trailing.", "-dash", "dash-", "_under", "under_", "o'rders", "orders\"; DROP TABLE event; --", "a b", "a*", "a#", "a?", "a:b",
        "a\0b", "a\r\nb", "a\tb", "a\u001b[31mb", "a\u0085b", "a\u2028b", "ordérs", "заказы", "\ud83d\ude00", "ａ");

    public static TheoryData<string> Valid => new(
        "a", "7", "A", "orders.placed", "orders.placed.v2", "order-placed", "order_placed", "Orders.Placed", "a-_b", "a.b.c.d", new string('x', 100));

    [Theory]
    [MemberData(nameof(Valid))]
    public void A_valid_name_is_kept_as_it_is(string name)
    {
        Assert.Equal(name, TopicName.Parse(name).Value);
        Assert.Equal(name, GroupName.Parse(name).ToString());
    }

    [Theory]
    [MemberData(nameof(Invalid), DisableDiscoveryEnumeration = true)]
    public void An_invalid_name_is_refused_with_a_message_that_is_safe_to_show(string name)
    {
        foreach (var error in Refusals(name))
        {
            Assert.Equal("ALD1001", error.Code);
            Assert.DoesNotContain(error.Message, char.IsControl);
        }
    }

    [Fact]
    public void A_name_of_4_kB_is_refused_and_not_repeated_in_full()
    {
        foreach (var error in Refusals(new string('a', 4096)))
        {
            Assert.Contains("4096 characters", error.Message, StringComparison.Ordinal);
            Assert.InRange(error.Message.Length, 1, 400);
        }
    }

    [Fact]
    public void A_name_of_101_characters_is_refused() => Assert.All(Refusals(new string('x', 101)), error => Assert.Equal("ALD1001", error.Code));

    [Fact]
    public void No_name_is_refused() => Assert.All(Refusals(null!), error => Assert.Equal("ALD1001", error.Code));

    [Fact]
    public void The_message_says_which_kind_of_name_it_is()
    {
        var errors = Refusals("a b");
        Assert.Contains("topic name 'a b'", errors[0].Message, StringComparison.Ordinal);
        Assert.Contains("group name 'a b'", errors[1].Message, StringComparison.Ordinal);
        Assert.All(errors, error => Assert.Contains("U+0020", error.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void Names_differ_when_the_case_of_a_letter_differs()
    {
        Assert.NotEqual(TopicName.Parse("orders"), TopicName.Parse("Orders"));
        Assert.Equal(TopicName.Parse("orders"), TopicName.Parse("orders"));
    }

    [Fact]
    public void The_private_group_of_each_instance_is_no_name_that_somebody_could_choose()
    {
        Assert.NotNull(NameRule.Explain(Group.EachInstance));
        Assert.Equal("ALD1001", Assert.Throws<AldisException>(() => TopicName.Parse(Group.EachInstance)).Code);
        Assert.Equal(GroupName.EachInstance, GroupName.Parse(Group.EachInstance));
        Assert.Equal(Group.EachInstance, GroupName.EachInstance.Value);
    }

    [Fact]
    public void A_default_name_is_empty_text() => Assert.Equal("", default(TopicName).Value + default(GroupName).Value);

    private static AldisException[] Refusals(string name)
        => [Assert.Throws<AldisException>(() => TopicName.Parse(name)), Assert.Throws<AldisException>(() => GroupName.Parse(name))];
}
