using System.Net.Http.Json;
using Aldis.Product.Tests.Snippets;

namespace Aldis.Product.Tests;

/// <summary>A web application with a bus, over a real socket.</summary>
public sealed class WebTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("aldis-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task A_posted_order_becomes_a_durable_event_and_reaches_its_handler()
    {
        var invoices = new Invoices();
        await using var app = WebShop.Build(Path.Combine(_folder, "events.db"), invoices, "--urls", "http://127.0.0.1:0", "--Logging:LogLevel:Default", "None");
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.Single()) };
        var answer = await client.PostAsJsonAsync("/orders", new Order("A-17", 99.50m));
        Assert.True(answer.IsSuccessStatusCode, answer.ToString());
        Assert.Equal(new OrderPlaced("A-17", 99.50m), await invoices.First.WaitAsync(TimeSpan.FromSeconds(20)));
        Assert.Equal("Healthy", await client.GetStringAsync("/health/ready"));
        await app.StopAsync();
    }
}
