using Aldis.Errors;

namespace Aldis.Tests.Errors;

public sealed class FaultTests
{
    private static readonly ErrorCode _code = new("ALD9999", "A title", "Do the usual.");

    [Fact]
    public void It_says_what_why_and_what_to_do()
        => Assert.Equal("ALD9999: What. Why. Do this.", new Fault(_code, "What.", "Why.", "Do this.").ToString());

    [Fact]
    public void Without_a_remedy_it_gives_that_of_the_code() => Assert.Equal("ALD9999: What. Why. Do the usual.", new Fault(_code, "What.", "Why.").ToString());

    [Fact]
    public void Without_a_why_there_is_no_gap() => Assert.Equal("ALD9999: What. Do the usual.", new Fault(_code, "What.").ToString());

    [Fact]
    public void An_error_has_the_text_and_the_code_of_its_fault()
    {
        var inner = new InvalidOperationException("below");
        var error = new AldisException(new Fault(_code, "What."), inner);
        Assert.Equal("ALD9999: What. Do the usual.", error.Message);
        Assert.Equal("ALD9999", error.Code);
        Assert.Same(inner, error.InnerException);
    }
}
