using System.Text;
using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F41")]
public sealed class F41_HeaderInjectionTests
{
    private static readonly string[] _pieces =
        ["\r", "\n", "\r\nce-type: spoofed\r\n", "\0", "ce-", "ce_", "cloudEvents:", ":", "=", "&", "%", "%0d%0a", "\"", "ä", "鍵", "🎈", "\u2028", "\u0085", " ", "a", "b", "id", "type"];

    [Theory]
    [InlineData("memory")]
    [InlineData("sqlite")]
    public async Task A_hostile_text_is_refused_or_arrives_as_it_was(string transport)
    {
        await using var run = await HostileRun.StartAsync(transport);
        var receiver = await OpenAsync(run);
        var random = new Random(41);
        var (tried, refused, changed, extra) = (Figures.Size(everyday: 500, full: 20_000), 0, 0, 0);
        for (var number = 0; number < tried; number++)
        {
            var (name, value, key) = (Text(random, 3), Text(random, 4), Text(random, 3));
            try
            {
                var options = new PublishOptions { Headers = Headers.Of((name, value)), Key = key.Length == 0 ? null : key };
                var published = await run.Bus.PublishAsync(new Noted($"{number}"), options);
                var came = await receiver(published.Id);
                changed += came.Headers[name] == value && came.Key == options.Key && came.Type == "noted" ? 0 : 1;
                extra += came.Headers.Count - 1 + Extra(came);
            }
            catch (AldisException error) when (error.Code is "ALD1002" or "ALD1008")
            {
                refused++;
            }
        }

        Figures.Print("F41", $"{transport}: texts {tried}, refused {refused}, changed {changed} (bound 0), headers too many {extra} (bound 0)");
        Assert.Equal((0, 0), (changed, extra));
        Assert.InRange(refused, 1, tried - 1);
    }

    /// <summary>Headers on the wires of other protocols beyond those the event has, or with a character that could begin another.</summary>
    private static int Extra(Envelope envelope)
    {
        var attributes = 5 + (envelope.Key is null ? 0 : 1) + envelope.Headers.Count;
        return new[] { CloudEventBinding.Http, CloudEventBinding.Kafka, CloudEventBinding.Amqp }.Sum(binding =>
        {
            var headers = binding.Write(envelope).ToArray();
            return headers.Length - attributes + headers.Count(header => (header.Key + header.Value).Any(char.IsControl))
                + headers.Length - headers.DistinctBy(header => header.Key, StringComparer.OrdinalIgnoreCase).Count();
        });
    }

    /// <summary>A group of its own, which sees what is on the transport and not what a handler is given.</summary>
    private static async Task<Func<EventId, Task<Envelope>>> OpenAsync(HostileRun run)
    {
        var receiver = await run.ReceiverAsync("watcher");
        var buffer = new Delivery[1];
        return async id =>
        {
            await receiver.ReceiveAsync(buffer, CancellationToken.None);
            await receiver.SettleAsync((Settlement[])[new Settlement(buffer[0], Verdict.Done, [])], CancellationToken.None);
            Assert.Equal(id, buffer[0].Envelope.Id);
            return buffer[0].Envelope;
        };
    }

    private static string Text(Random random, int most)
    {
        var text = new StringBuilder();
        for (var piece = random.Next(0, most + 1); piece > 0; piece--)
        {
            // Every other one is harmless, so that many pass.
            text.Append(random.Next(2) == 0 ? "x" : _pieces[random.Next(_pieces.Length)]);
        }

        return text.ToString();
    }
}
