using Aldis.Transports;

namespace Aldis.Testing.Conformance;

/// <summary>What goes in comes out.</summary>
internal static class EnvelopeScenarios
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new("An envelope arrives as it was sent", _ => true, ArrivesAsSent),
        new("Hostile texts and bytes arrive as they were sent", _ => true, Hostile),
        new("A body may be empty, or as large as the usual limit", _ => true, AnyBody),
        new("A batch arrives in its order", features => features.Ordered, InOrder),
        new("What many send at a time all arrives once", _ => true, ManySenders),
        new("An event is there after the transport was closed and opened", features => features.Durable >= Durability.Written, Survives),
    ];

    private static async Task ArrivesAsSent(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var sent = stage.Envelope("""{"a":1}""") with
        {
            Type = "conformance.topic.v2", Key = "Schlüssel 鍵", ContentType = "text/plain", Source = "/shop?a=b#c",
            Headers = Headers.Of(("tenant", "ä: 1=2"), ("empty", "")), Time = new DateTimeOffset(2026, 2, 28, 23, 59, 59, TimeSpan.Zero).AddTicks(1234567),
        };
        await stage.SendAsync(sent).ConfigureAwait(false);
        var received = (await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false))[0];
        var envelope = received.Envelope;
        Stage.Require(received.Attempt == 1, $"the first attempt should be 1, but is {received.Attempt}");
        Stage.RequireSame(
            new object?[] { sent.Id, sent.Topic, sent.Type, sent.Source, sent.Time, sent.Key, sent.ContentType },
            [envelope.Id, envelope.Topic, envelope.Type, envelope.Source, envelope.Time, envelope.Key, envelope.ContentType], "the envelope");
        Stage.RequireSame(sent.Headers, envelope.Headers, "the headers");
        Stage.RequireSame(sent.Body.ToArray(), envelope.Body.ToArray(), "the body");
    }

    /// <summary>What is a command, a separator or an end somewhere must be a text here.</summary>
    private static async Task Hostile(Stage stage)
    {
        string[] texts = ["'; DROP TABLE x; --", "a:b=c&d;e,f|g", "%0d%0aX: y", "../../etc/passwd", "<a>&amp;</a>", "{\"a\":1}", "\u2028\u202e", "🎈" + new string('k', 200)];
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        foreach (var text in texts)
        {
            var bytes = Enumerable.Range(0, 256).Select(number => (byte)number).ToArray();
            var sent = stage.Envelope("") with { Key = text, Source = text, Headers = Headers.Of(("text", text), ("a-b.c_d", text)), Body = bytes };
            await stage.SendAsync(sent).ConfigureAwait(false);
            var received = await stage.ReceiveAsync(receiver, 1).ConfigureAwait(false);
            var came = received[0].Envelope;
            Stage.RequireSame([text, text, text, text], [came.Key, came.Source, came.Headers["text"], came.Headers["a-b.c_d"]], "the texts");
            Stage.RequireSame(bytes, came.Body.ToArray(), "the bytes");
            Stage.Require(came.Headers.Count == 2, $"2 headers should have come, but {came.Headers.Count} did");
            await Stage.SettleAsync(receiver, Verdict.Done, received).ConfigureAwait(false);
        }
    }

    /// <summary>Where a transport declares less than the usual limit, as large as that.</summary>
    private static async Task AnyBody(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var large = Enumerable.Range(0, Math.Min(1024 * 1024, stage.Transport.Features.MaxBody ?? int.MaxValue)).Select(number => (byte)number).ToArray();
        await stage.SendAsync(stage.Envelope("") with { Body = ReadOnlyMemory<byte>.Empty }, stage.Envelope("") with { Body = large }).ConfigureAwait(false);
        var received = await stage.ReceiveAsync(receiver, 2).ConfigureAwait(false);
        Stage.RequireSame([0, large.Length], received.Select(delivery => delivery.Envelope.Body.Length).Order(), "the lengths");
        Stage.Require(received.Exists(delivery => delivery.Envelope.Body.Span.SequenceEqual(large)), "the large body is not the same");
    }

    private static async Task InOrder(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var bodies = Enumerable.Range(0, 300).Select(number => $"{number}").ToArray();
        await stage.SendAsync(bodies).ConfigureAwait(false);
        Stage.RequireSame(bodies, Stage.Bodies(await stage.ReceiveAsync(receiver, bodies.Length).ConfigureAwait(false)), "the order");
    }

    private static async Task ManySenders(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        var sending = Task.WhenAll(Enumerable.Range(0, 8).Select(async sender =>
        {
            for (var number = 0; number < 25; number++)
            {
                await stage.SendAsync($"{sender}-{number}").ConfigureAwait(false);
            }
        }));
        var received = Stage.Bodies(await stage.ReceiveAsync(receiver, 200).ConfigureAwait(false));
        await sending.ConfigureAwait(false);
        Stage.Require(received.Distinct().Count() == 200, $"200 different events should have come, but {received.Distinct().Count()} did");
    }

    private static async Task Survives(Stage stage)
    {
        var receiver = await stage.ReceiverAsync().ConfigureAwait(false);
        await stage.SendAsync("kept").ConfigureAwait(false);
        await receiver.DisposeAsync().ConfigureAwait(false);
        await stage.Transport.DisposeAsync().ConfigureAwait(false);
        await stage.OpenAsync().ConfigureAwait(false);
        var again = await stage.ReceiverAsync().ConfigureAwait(false);
        Stage.RequireSame(["kept"], Stage.Bodies(await stage.ReceiveAsync(again, 1).ConfigureAwait(false)), "what was kept");
    }
}
