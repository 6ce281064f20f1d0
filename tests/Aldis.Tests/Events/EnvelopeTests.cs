using Aldis.Tests.Support;

namespace Aldis.Tests.Events;

public sealed class EnvelopeTests
{
    [Fact]
    public void As_text_it_shows_the_type_and_the_id_and_nothing_that_may_be_secret()
    {
        var envelope = Envelopes.Of("orders", "{\"card\":4111}") with { Key = "customer-7", Headers = Headers.Of(("token", "secret")) };
        Assert.Equal($"orders {envelope.Id}", envelope.ToString());
    }
}
