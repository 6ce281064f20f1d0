using Aldis.Transports.Tests.Sqlite;

namespace Aldis.Transports.Tests.Failures;

[Trait("Failure", "F26")]
public sealed class F26_DeadlyEventTests
{
    private const int MaxAttempts = 3;

    [Fact]
    public async Task An_event_that_kills_the_process_each_time_ends_as_a_dead_letter_and_takes_no_other_with_it()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("events.db");
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file));
        string[] texts = [.. Enumerable.Range(0, 40).Select(number => number == 7 ? "deadly" : $"{number}")];
        foreach (var text in texts)
        {
            await bus.PublishAsync(new Noted(text));
        }

        var (starts, handled) = (0, new HashSet<string>());
        for (var process = 0; process < MaxAttempts; process++)
        {
            using var victim = new VictimProcess("poisoned", file, "deadly");
            Note(await victim.EndAsync());
        }

        // The one after the last attempt lives: it buries the event and handles the rest.
        using var survivor = new VictimProcess("poisoned", file, "deadly");
        var letter = await DeadLetterAsync(bus);
        await WaitAsync(() =>
        {
            lock (survivor.Said)
            {
                return survivor.Said.Concat(handled.Select(text => $"handled {text}")).Where(line => line.StartsWith("handled ", StringComparison.Ordinal)).Distinct().Count() == texts.Length - 1;
            }
        });
        Note(await survivor.KillAsync());

        var dead = StoredEvents.Count(file, "SELECT count(*) FROM aldis_delivery WHERE state = 2");
        Figures.Print("F26", $"starts {starts} (bound {MaxAttempts}), dead-lettered {dead}, others-handled {handled.Count} of {texts.Length - 1}");
        Assert.Equal((MaxAttempts, 1L, texts.Length - 1), (starts, dead, handled.Count));
        Assert.Contains("ALD1404", letter.Reason, StringComparison.Ordinal);

        void Note(IEnumerable<string> said)
        {
            starts += said.Count(line => line.StartsWith("begun deadly", StringComparison.Ordinal));
            handled.UnionWith(said.Where(line => line.StartsWith("handled ", StringComparison.Ordinal)).Select(line => line["handled ".Length..]));
        }
    }

    private static async Task<DeadLetter> DeadLetterAsync(EventBus bus)
    {
        DeadLetter? found = null;
        await WaitAsync(() => (found = bus.DeadLetters.ListAsync(DeadLetterFilter.All).ToBlockingEnumerable().FirstOrDefault()) is not null);
        return found!;
    }

    private static async Task WaitAsync(Func<bool> condition)
    {
        for (var step = 0; !condition(); step++)
        {
            Assert.True(step < 600, "waited in vain");
            await Task.Delay(50);
        }
    }
}
