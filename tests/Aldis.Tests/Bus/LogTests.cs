using System.Reflection;
using Aldis.Diagnostics;
using Aldis.Tests.Support;
using Microsoft.Extensions.Logging;

namespace Aldis.Tests.Bus;

public sealed class LogTests
{
    [Fact]
    public void Every_message_has_an_event_id_of_its_own()
    {
        var ids = typeof(Log).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Select(method => method.GetCustomAttribute<LoggerMessageAttribute>()).OfType<LoggerMessageAttribute>().Select(message => message.EventId).ToArray();
        Assert.Equal([101, 102, 103, 104, 105, 121, 122, 123, 124, 125, 126, 127, 128, 201, 202, 203, 204, 205, 206, 301, 302, 303], ids.Order());
    }

    [Fact]
    public async Task The_life_of_an_event_is_logged_without_its_body_its_key_or_its_headers()
    {
        var stage = await BusStage.StartedAsync(bus => bus.Subscribe<OrderPlaced>(
            "billing", (_, _) => throw new InvalidOperationException("no printer"), Policies.Of(attempts: 2, immediate: 1)));
        var id = await stage.PublishAsync(new OrderPlaced("sesame"), new PublishOptions { Key = "sesame-key", Headers = Headers.Of(("token", "sesame-token")) });
        await stage.SendAsync(Envelopes.Of("orders.placed", """{"id":["sesame"]}"""));
        await stage.UntilAsync(() => stage.Logs.Ids.Count(entry => entry == 203) == 2, "two dead letters");
        await stage.DisposeAsync();

        Assert.Equal([101, 102, 201, 201, 202, 203, 203], stage.Logs.Ids.Order());
        Assert.DoesNotContain(stage.Logs.Entries, entry => $"{entry.Text}{entry.Error}".Contains("sesame", StringComparison.Ordinal));
        Assert.Contains(stage.Logs.Entries, entry => entry.Id == 202 && entry.Level == LogLevel.Warning
            && entry.Text == $"orders.placed {id} failed in group billing on attempt 1; trying again in 00:00:01");
        Assert.Equal(LogLevel.Information, stage.Logs.Entries.First().Level);
        Assert.Equal("The bus is running on aldis: 1 topics, 1 groups", stage.Logs.Entries.First().Text);
    }
}
