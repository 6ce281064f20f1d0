namespace Aldis.Transports.Tests.RabbitMq;

public sealed class AddressTests
{
    /// <summary>What is special and not encoded makes the beginning of a password look like a host or a path.</summary>
    [Theory]
    [InlineData("amqp://shop:5699/s3cret@127.0.0.1", "%2F")]
    [InlineData("amqp://shop:s3c/ret@127.0.0.1/", "%2F")]
    [InlineData("amqp://shop:s3c#ret@127.0.0.1/", "%23")]
    [InlineData("amqp://shop:s3c?ret@127.0.0.1/", "%3F")]
    public async Task A_password_that_is_not_encoded_is_refused_shown_nowhere_and_the_remedy_is_told(string uri, string encoded)
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(() => EventBus.StartAsync(bus => bus.UseRabbitMq(uri)).AsTask());
        Assert.Contains(encoded, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("ret", error.Message.Replace("secret", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("5699", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_encoded_is_read()
    {
        var options = new RabbitMqOptions { Uri = "amqp://shop:p%40ss%2Fw%23rd%25@127.0.0.1:5699/a%2Fb" };
        Assert.Empty(options.Validate());
        Assert.Equal("RabbitMqOptions { amqp://127.0.0.1:5699/a%2Fb }", options.ToString());
    }
}
