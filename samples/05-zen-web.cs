#:sdk Microsoft.NET.Sdk.Web
#:project ../src/Aldis

// A web application with nineteen aphorisms on events. A request is an event: the log and the counter know its signals and not the server.
//   dotnet run samples/05-zen-web.cs [-- --port N]

using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Mime;
using System.Net.Sockets;
using System.Text;
using System.Text.Encodings.Web;
using Aldis;
using Microsoft.AspNetCore.Diagnostics;

if (Arguments.Parse(args) is not { } port)
{
    Console.Error.WriteLine(Arguments.Usage);
    return 1;
}

var pages = new Pages(new Counter());
AccessLog.Connect();                    // both are connected before anybody emits

var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
builder.WebHost.UseShutdownTimeout(TimeSpan.FromSeconds(2));       // for a visitor who stopped in the middle of a request
await using var app = builder.Build();
app.Use(Requests.Announce);
app.UseStatusCodePages(pages.Problem);
app.MapMethods("/", ["GET", "HEAD"], pages.Home);
app.MapMethods("/zen", ["GET", "HEAD"], pages.Zen);

try
{
    await app.StartAsync();
}
catch (Exception error) when (error is IOException or SocketException)
{
    Console.Error.WriteLine($"zen-web cannot listen on port {port}: {error.Message}");
    Console.Error.WriteLine("Choose another one with --port N; 0 takes one that is free.");
    return 1;
}

Console.WriteLine($"listening on {app.Urls.Single()} (Ctrl+C ends it)");
await app.WaitForShutdownAsync();
Console.WriteLine("ended");
return 0;

/// <summary>A request came in. Path and query are escaped, as an address has them.</summary>
sealed record RequestStarted(string Method, string Path, string Query);

/// <summary>A request was answered.</summary>
sealed record RequestFinished(string Method, string Path, string Query, int Status, TimeSpan Duration);

/// <summary>The emitter: announces each request to whoever is connected.</summary>
static class Requests
{
    private static readonly Signal<RequestStarted> _started = Signal.Named<RequestStarted>("request.started");
    private static readonly Signal<RequestFinished> _finished = Signal.Named<RequestFinished>("request.finished");

    public static async Task Announce(HttpContext context, RequestDelegate next)
    {
        var start = TimeProvider.System.GetTimestamp();
        var (method, path) = (context.Request.Method, context.Request.Path.ToUriComponent());
        var query = context.Request.QueryString.ToUriComponent();
        _started.Send(new RequestStarted(method, path, query));
        try
        {
            await next(context);
        }
        finally
        {
            var duration = TimeProvider.System.GetElapsedTime(start);
            _finished.Send(new RequestFinished(method, path, query, context.Response.StatusCode, duration));
        }
    }
}

/// <summary>A receiver: prints a line for each request that was answered.</summary>
static class AccessLog
{
    public static void Connect() => Signal.Named<RequestFinished>("request.finished").Connect(Write);

    private static void Write(RequestFinished request) => Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
        $"{request.Method} {request.Path}{Printable(request.Query)} {request.Status} {request.Duration.TotalMilliseconds:0.0} ms"));

    /// <summary>What a stranger sends must not move the cursor or forge a line.</summary>
    private static string Printable(string text) => string.Concat(text.Select(letter => char.IsControl(letter) ? '?' : letter));
}

/// <summary>A receiver: counts the answers of each page. What is no page has one row, so that strangers cannot fill the memory.</summary>
sealed class Counter
{
    private readonly ConcurrentDictionary<string, int> _answers = new();
    private int _open;

    public Counter()
    {
        _ = Signal.Named<RequestStarted>("request.started").Connect(_ => Interlocked.Increment(ref _open));
        _ = Signal.Named<RequestFinished>("request.finished").Connect(Count);
    }

    /// <summary>Requests that are not answered yet: the one that asks is among them.</summary>
    public int Open => Volatile.Read(ref _open);

    /// <summary>How many answers each path has had.</summary>
    public IEnumerable<KeyValuePair<string, int>> Answers => _answers.OrderBy(row => row.Key, StringComparer.Ordinal);

    private void Count(RequestFinished request)
    {
        var row = request.Status == StatusCodes.Status200OK ? request.Path.ToLowerInvariant() : "any other";
        _answers.AddOrUpdate(row, 1, (_, answers) => answers + 1);
        Interlocked.Decrement(ref _open);
    }
}

/// <summary>The pages, and what stands in place of one that is not there.</summary>
sealed class Pages(Counter counter)
{
    public IResult Home() => Html("Aldis Zen", """
        <p>What is worth knowing about events fits on a page.</p>
        <p><a href="/zen">Read the nineteen aphorisms</a></p>
        """);

    public IResult Zen() => Html("The Zen of Aldis", $"""
        <ol>
        {string.Join('\n', Aphorisms.All.Select(line => $"<li>{Encode(line)}</li>"))}
        </ol>
        <p><a href="/">Back to the start</a></p>
        """);

    public Task Problem(StatusCodeContext status)
    {
        var (request, code) = (status.HttpContext.Request, status.HttpContext.Response.StatusCode);
        var path = Encode(request.Path.Value);
        var (title, text) = code == StatusCodes.Status404NotFound
            ? ("There is no such page", $"Nothing is at <code>{path}</code>.")
            : ("That did not work", $"<code>{Encode(request.Method)} {path}</code> was answered with the status {code}.");
        return Html(title, $"""
            <p>{text}</p>
            <p>There is <a href="/">the start</a>, and there are <a href="/zen">the aphorisms</a>.</p>
            """, code).ExecuteAsync(status.HttpContext);
    }

    private IResult Html(string title, string content, int code = StatusCodes.Status200OK) => Results.Content($$"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>{{title}}</title>
        <link rel="icon" href="data:,">
        <style>
        :root { color-scheme: light dark; font: 1.1rem/1.7 Georgia, serif; }
        body { max-width: 40rem; margin: 3rem auto; padding: 0 1rem; }
        footer { margin-top: 3rem; font-size: 0.85rem; }
        th, td { padding-right: 2rem; text-align: left; }
        caption { text-align: left; font-style: italic; }
        </style>
        </head>
        <body>
        <main>
        <h1>{{title}}</h1>
        {{content}}
        </main>
        <footer>
        <table>
        <caption>Answered so far (being answered: {{counter.Open}})</caption>
        <thead><tr><th scope="col">Path</th><th scope="col">Answers</th></tr></thead>
        <tbody>
        {{string.Join('\n', counter.Answers.Select(row => $"<tr><td>{Encode(row.Key)}</td><td>{row.Value}</td></tr>"))}}
        </tbody>
        </table>
        </footer>
        </body>
        </html>
        """, MediaTypeNames.Text.Html, Encoding.UTF8, code);

    private static string Encode(string? text) => HtmlEncoder.Default.Encode(text ?? "");
}

/// <summary>The aphorisms, in ROT13 so that nobody reads them before they are asked for.</summary>
static class Aphorisms
{
    private const string Hidden = """
        Fnl jung unccrarq; yrg bguref qrpvqr jung vg zrnaf.
        N tbbq rirag vf anzrq va gur cnfg grafr, naq arire punatrf.
        Jub nfxf zhfg jnvg; jub gryyf znl tb.
        Gur fraqre arrq abg xabj jub yvfgraf, be jurgure nalbar qbrf.
        Gur fvzcyrfg ehat gung ernpurf vf gur evtug bar.
        Bar unaqyre, bar pbaprea.
        Pneel gur snpgf gung n fgenatre jbhyq arrq.
        Flapuebabhf vf fvzcyr; nflapuebabhf vf arire serr.
        Beqre vf n cebzvfr: znxr srj, naq xrrc gurz.
        Jung znl neevir gjvpr zhfg qb ab unez gur frpbaq gvzr.
        Rknpgyl bapr vf abg n qryvirel; vg vf n xrl va n gnoyr.
        Npxabjyrqtr jura gur jbex vf qbar, abg jura vg ortvaf.
        N ergel jvgubhg cngvrapr vf na nggnpx.
        Fbzr yrggref ner qrnq: xrrc gurz jurer gurl pna or sbhaq.
        N dhrhr jvgubhg n obhaq vf n snvyher jvgubhg n qngr.
        N pybpx vf na bcvavba; gjb pybpxf ner na nethzrag.
        Fvyrapr vf abg fhpprff: pbhag jung jrag va naq jung pnzr bhg.
        Fgbc tragyl: svavfu jung lbh ubyq, unaq onpx gur erfg.
        Gur cevpr bs abg xabjvat rnpu bgure vf jevgvat guvatf qbja.
        """;

    public static IEnumerable<string> All => string.Concat(Hidden.Select(Turn)).Split('\n');

    private static char Turn(char letter) => letter switch
    {
        >= 'a' and <= 'z' => (char)('a' + (letter - 'a' + 13) % 26),
        >= 'A' and <= 'Z' => (char)('A' + (letter - 'A' + 13) % 26),
        _ => letter,
    };
}

/// <summary>What the user asked for.</summary>
static class Arguments
{
    public const string Usage = """
        usage: dotnet run samples/05-zen-web.cs [-- --port N]
          --port N   the port of 127.0.0.1 to listen on; 0 takes one that is free; default: 5080
        """;

    public static int? Parse(string[] args) => args switch
    {
        [] => 5080,
        ["--port", var text] when ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) => port,
        _ => null,
    };
}
