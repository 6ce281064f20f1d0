using Aldis.Events;
using Aldis.Tests.Support;

namespace Aldis.Tests.Events;

public sealed class EventLimitsTests
{
    private static readonly EventLimits _limits = new() { MaxBodyBytes = 10, MaxHeaders = 2, MaxHeaderBytes = 20 };
    private static readonly Envelope _envelope = Envelopes.Of("orders", "{}");

    [Fact]
    public void The_defaults_are_those_of_the_documentation()
        => Assert.Equal(new EventLimits { MaxBodyBytes = 1_048_576, MaxHeaders = 64, MaxHeaderBytes = 16_384 }, new EventLimits());

    [Fact]
    public void What_is_at_the_limit_passes()
    {
        var headers = Headers.Of(("a", "123456789"), ("b", "123456789"));
        Assert.Null(_limits.Check(_envelope with { Body = new byte[10], Headers = headers, Key = new string('k', 256) }));
    }

    [Fact]
    public void A_body_over_the_limit_is_a_fault()
    {
        var fault = _limits.Check(_envelope with { Body = new byte[11] });
        Assert.Equal("ALD1003", fault?.Code.Id);
        Assert.Contains("11 bytes; the limit is 10", fault!.What, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_many_headers_are_a_fault()
        => Assert.Equal("ALD1004", _limits.Check(_envelope with { Headers = Headers.Of(("a", ""), ("b", ""), ("c", "")) })?.Code.Id);

    [Fact]
    public void Too_large_headers_are_a_fault_counted_in_bytes()
        => Assert.Equal("ALD1004", _limits.Check(_envelope with { Headers = Headers.Of(("a", new string('é', 10))) })?.Code.Id);

    [Theory]
    [InlineData("")]
    [InlineData("a\nb")]
    [InlineData("a\0")]
    public void An_unfit_key_is_a_fault(string key)
    {
        var fault = _limits.Check(_envelope with { Key = key });
        Assert.Equal("ALD1008", fault?.Code.Id);
        Assert.DoesNotContain(fault!.ToString(), char.IsControl);
    }

    [Fact]
    public void A_key_of_257_characters_is_a_fault()
        => Assert.Equal("ALD1008", _limits.Check(_envelope with { Key = new string('k', 257) })?.Code.Id);

    [Fact]
    public void A_type_that_could_forge_a_line_of_a_log_is_a_fault_and_is_shown_on_one_line()
    {
        var forged = Envelopes.Of("topic", "{}", "topic\nERROR all is lost");
        var fault = new EventLimits().Check(forged);
        Assert.Equal("ALD1002", fault!.Code.Id);
        Assert.DoesNotContain('\n', fault.ToString());
        Assert.DoesNotContain('\n', forged.ToString());
        Assert.Equal("ALD1002", new EventLimits().Check(Envelopes.Of("topic", "{}", new string('x', EventLimits.MaxAttributeLength + 1)))!.Code.Id);
    }

    [Fact]
    public void Every_limit_that_cannot_work_is_found()
    {
        var faults = new EventLimits { MaxBodyBytes = 0, MaxHeaders = -1, MaxHeaderBytes = 0 }.Validate().ToArray();
        Assert.Equal(["ALD1304", "ALD1304", "ALD1304"], faults.Select(fault => fault.Code.Id));
        Assert.Equal(["MaxBodyBytes", "MaxHeaders", "MaxHeaderBytes"], faults.Select(fault => fault.What.Split('.', ' ')[1]));
        Assert.Empty(_limits.Validate());
    }
}
