using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Aldis.Product.Tests;

/// <summary>The web application with the aphorisms, in a real browser.</summary>
public sealed partial class ZenWebTests
{
    private static readonly BrowserTypeLaunchOptions _browser = new() { ExecutablePath = Programs.Find("chromium"), Args = ["--no-sandbox"] };

    [Fact]
    public async Task A_visitor_follows_the_link_reads_nineteen_lines_and_sees_the_counter_count()
    {
        Programs.Need("chromium");
        using var server = await StartAsync();
        var lines = new List<string> { await server.ReadAsync() };
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await playwright.Chromium.LaunchAsync(_browser);
        var page = await browser.NewPageAsync();
        page.SetDefaultTimeout(60_000);

        await page.GotoAsync(server.Address);
        lines.Add(await server.ReadAsync());
        Assert.Equal("Aldis Zen", await page.TitleAsync());
        Assert.Equal("", await AnswersAsync(page));

        await page.GetByRole(AriaRole.Link, new() { Name = "Read the nineteen aphorisms" }).ClickAsync();
        lines.Add(await server.ReadAsync());
        await page.WaitForURLAsync("**/zen");
        Assert.Equal(Expected("04-zen-button"), await page.GetByRole(AriaRole.Listitem).AllInnerTextsAsync());
        Assert.Equal("/ 1", await AnswersAsync(page));

        var answer = await page.GotoAsync(server.Address + "/nowhere?from=here");
        lines.Add(await server.ReadAsync());
        Assert.Equal(404, answer!.Status);
        Assert.Equal("There is no such page", await page.GetByRole(AriaRole.Heading).InnerTextAsync());
        Assert.Equal("/ 1, /zen 1", await AnswersAsync(page));

        await page.GetByRole(AriaRole.Link, new() { Name = "the start" }).ClickAsync();
        await server.ReadAsync();
        await page.WaitForURLAsync(server.Address + "/");
        Assert.Equal("/ 1, /zen 1, any other 1", await AnswersAsync(page));

        server.Sample.Send(RunningSample.Terminate);        // while the browser keeps its connection
        var (exit, output, error) = await server.Sample.EndAsync();
        Assert.Equal((0, ""), (exit, error));
        Assert.Equal(Expected("05-zen-web"), lines.Select(Mask).Append(output.Trim()));
    }

    [Theory]
    [InlineData(RunningSample.Interrupt)]
    [InlineData(RunningSample.Terminate)]
    public async Task It_ends_when_it_is_told_to(int signal)
    {
        using var server = await StartAsync();
        await server.ReadAsync();
        server.Sample.Send(signal);
        Assert.Equal((0, "ended\n", ""), await server.Sample.EndAsync());
    }

    [Fact]
    public async Task A_visitor_who_stopped_in_the_middle_of_a_request_does_not_keep_it_from_ending()
    {
        using var server = await StartAsync();
        await server.ReadAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(server.Address).Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /zen HTT"));
        using var other = new HttpClient();
        await other.GetAsync(server.Address);               // the half request came before this one
        await server.ReadAsync();

        var start = Stopwatch.StartNew();
        server.Sample.Send(RunningSample.Terminate);
        Assert.Equal((0, "ended\n", ""), await server.Sample.EndAsync());
        Assert.InRange(start.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("GET", "/%3Cscript%3E", HttpStatusCode.NotFound, "<code>/&lt;script&gt;</code>")]
    [InlineData("POST", "/zen", HttpStatusCode.MethodNotAllowed, "<code>POST /zen</code> was answered with the status 405")]
    [InlineData("GET", "/ZEN", HttpStatusCode.OK, "<h1>The Zen of Aldis</h1>")]
    [InlineData("GET", "/favicon.ico", HttpStatusCode.NotFound, "<a href=\"/zen\">the aphorisms</a>")]
    public async Task Whatever_is_asked_for_gets_a_page_that_helps(string method, string path, HttpStatusCode status, string content)
    {
        using var server = await StartAsync();
        await server.ReadAsync();
        using var client = new HttpClient();
        using var answer = await client.SendAsync(new HttpRequestMessage(new HttpMethod(method), server.Address + path));
        Assert.Equal(status, answer.StatusCode);
        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType?.ToString());
        Assert.Contains(content, await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_cannot_forge_a_line_of_the_log()
    {
        using var server = await StartAsync();
        await server.ReadAsync();
        using var client = new TcpClient();
        await client.ConnectAsync(IPAddress.Loopback, new Uri(server.Address).Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes("GET /a%0Ab?\u001b[31mred HTTP/1.1\r\nHost: here\r\n\r\n"));
        Assert.Equal("GET /a%0Ab??[31mred 404 N ms", Mask(await server.ReadAsync()));
    }

    [Fact]
    public async Task A_port_that_is_taken_is_said_so()
    {
        using var first = await StartAsync();
        await first.ReadAsync();
        var port = new Uri(first.Address).Port;
        using var second = await RunningSample.StartAsync("05-zen-web", [], "--port", $"{port}");
        var (exit, output, error) = await second.EndAsync();
        Assert.Equal((1, ""), (exit, output));
        Assert.StartsWith($"zen-web cannot listen on port {port}: ", error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--port")]
    [InlineData("--port", "65536")]
    [InlineData("--port", "-1")]
    [InlineData("80")]
    public async Task Wrong_usage_is_said_and_ends_with_1(params string[] arguments)
    {
        using var sample = await RunningSample.StartAsync("05-zen-web", [], arguments);
        var (exit, output, error) = await sample.EndAsync();
        Assert.Equal((1, ""), (exit, output));
        Assert.StartsWith("usage: ", error, StringComparison.Ordinal);
    }

    private static async Task<Server> StartAsync() => new(await RunningSample.StartAsync("05-zen-web", [], "--port", "0"));

    /// <summary>The table below each page.</summary>
    private static async Task<string> AnswersAsync(IPage page)
        => string.Join(", ", await page.Locator("tbody tr").AllInnerTextsAsync()).Replace('\t', ' ');

    private static string[] Expected(string sample) => Repository.Read("samples", "expected", sample + ".txt").Trim().Split('\n');

    private static string Mask(string line) => Port().Replace(Duration().Replace(line, " N ms"), "127.0.0.1:PORT");

    [GeneratedRegex(" [0-9.]+ ms$")]
    private static partial Regex Duration();

    [GeneratedRegex("127[.]0[.]0[.]1:[0-9]+")]
    private static partial Regex Port();

    /// <summary>The application, and where it listens once its first line was read.</summary>
    private sealed class Server(RunningSample sample) : IDisposable
    {
        public RunningSample Sample { get; } = sample;

        public string Address { get; private set; } = "";

        public async Task<string> ReadAsync()
        {
            var line = (await Sample.ReadLinesAsync(1))[0];
            if (Address == "")
            {
                Address = line.Split(' ')[2];
            }

            return line;
        }

        public void Dispose() => Sample.Dispose();
    }
}
