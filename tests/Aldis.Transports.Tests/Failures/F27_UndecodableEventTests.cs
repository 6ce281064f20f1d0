using System.Collections.Concurrent;
using Aldis.Events;
using Aldis.Transports.Tests.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F27")]
public sealed class F27_UndecodableEventTests
{
    [Fact]
    public async Task What_cannot_be_decoded_is_a_dead_letter_at_once_and_keeps_its_bytes()
    {
        using var folder = new TemporaryFolder();
        var (file, random, handled) = (folder.File("events.db"), new Random(27), new ConcurrentQueue<string>());
        var sent = Enumerable.Range(0, Figures.Size(everyday: 200, full: 20_000)).Select(number => Undecodable(random, number)).ToDictionary(one => one.Id);
        var well = 0;
        await using (var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe<Noted>("readers", (noted, _) =>
        {
            handled.Enqueue(noted.Text);
            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { Concurrency = 8, MaxUnsettled = 256 })))
        {
            await SendAsync(file, [.. sent.Values]);
            for (; well < 100; well++)
            {
                await bus.PublishAsync(new Noted($"{well}"));
            }

            await Until.TrueAsync(() => handled.Count == well && StoredEvents.Count(file, "SELECT count(*) FROM aldis_delivery WHERE state = 2") == sent.Count);
            var letters = bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToBlockingEnumerable().ToArray();
            var same = letters.Count(letter => letter.Envelope.Body.Span.SequenceEqual(sent[letter.Envelope.Id].Body.Span));
            var retries = letters.Sum(letter => letter.Attempts - 1);
            Figures.Print("F27", $"undecodable {sent.Count}, dead-lettered {letters.Length}, bytes-kept {same}, retries {retries} (bound 0), others-handled {handled.Count} of {well}");
            Assert.Equal((sent.Count, sent.Count, 0), (letters.Length, same, retries));
            Assert.All(letters, letter => Assert.StartsWith("ALD1005", letter.Reason, StringComparison.Ordinal));
        }
    }

    /// <summary>Bytes that are no JSON, JSON that breaks off, JSON of something else.</summary>
    private static Envelope Undecodable(Random random, int number)
    {
        var body = new byte[random.Next(0, 300)];
        random.NextBytes(body);
        return Sqlite.Envelopes.Make($"{number}") with
        {
            Body = (number % 3) switch
            {
                0 => (byte[])[0xFF, .. body],
                1 => """{"text":"breaks o"""u8.ToArray(),
                _ => """[{"text":7}]"""u8.ToArray(),
            },
        };
    }

    /// <summary>Past the bus, as another program could.</summary>
    private static async Task SendAsync(string file, Envelope[] envelopes)
    {
        await using var transport = new SqliteTransport(new SqliteOptions { Path = file }, new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));
        await transport.StartAsync(CancellationToken.None);
        await using var sender = await transport.OpenSenderAsync(TopicName.Parse("noted"), CancellationToken.None);
        foreach (var part in envelopes.Chunk(500))
        {
            await sender.SendAsync(part, CancellationToken.None);
        }
    }
}
