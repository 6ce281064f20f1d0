using Aldis.Transports.Tests.Failures;

namespace Aldis.Transports.Tests.RabbitMq;

public sealed class PublishingTests
{
    /// <summary>More than may be on its way: whoever waits for room waits no longer than for a confirm, and afterwards all is well.</summary>
    [Fact]
    public async Task Publishes_end_although_nothing_is_confirmed()
    {
        var server = await Rabbit.SharedAsync();
        Assert.SkipUnless(RabbitServer.Foreign is null || server.Uri.Contains("127.0.0.1", StringComparison.Ordinal), "the proxy speaks to a broker of this machine");
        var direct = new Uri(server.Uri);
        await using var proxy = new DeafProxy(direct.Port);
        var options = Rabbit.Options(new UriBuilder(direct) { Port = proxy.Port }.Uri.ToString()) with { MaxInFlight = 4, PublishChannels = 1, PublishTimeout = TimeSpan.FromMilliseconds(300) };
        await using var bus = await Rabbit.StartAsync(options, []);
        await Rabbit.StoreAsync(bus, "before", CancellationToken.None);

        proxy.KeepsConfirms = true;
        for (var number = 0; number < 12; number++)
        {
            var error = await Assert.ThrowsAsync<PublishException>(() => bus.PublishAsync(new Noted($"{number}")).AsTask().WaitAsync(TimeSpan.FromSeconds(20)));
            Assert.True(error.MayBeStored, error.Message);
        }

        proxy.KeepsConfirms = false;
        await Rabbit.StoreAsync(bus, "after", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(20));
    }
}
