namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of the guide on dead letters. It is here to be compiled; tests elsewhere prove what it promises.</summary>
internal static class DeadLetterSnippets
{
    public static SubscriptionOptions[] Options()
    {
        var patient = new SubscriptionOptions
        {
            Retry = new RetryPolicy { ImmediateRetries = 0, FirstDelay = TimeSpan.FromSeconds(5), MaxAttempts = 20 },
        };
        var independent = new SubscriptionOptions { Concurrency = 8, WhenDead = WhenDead.Skip };
        return [patient, independent];
    }

    public static async Task<DeadLetter?> LookAsync(IEventBus bus, EventId id)
    {
        await foreach (var letter in bus.DeadLetters.ListAsync(new DeadLetterFilter { Group = "billing" }))
        {
            Console.WriteLine($"{letter.DiedAt:u} {letter.Envelope} after {letter.Attempts} attempts at {letter.Where}: {letter.Reason}");
        }

        var one = await bus.DeadLetters.FindAsync("billing", id);
        return one;
    }

    public static async Task<int[]> HandBackAsync(IEventBus bus, EventId id)
    {
        var mended = new DeadLetterFilter { Group = "billing", ReasonContains = "The tax service", DiedSince = DateTimeOffset.UtcNow.AddHours(-2) };
        var redriven = await bus.DeadLetters.RedriveAsync(mended);
        var slowly = await bus.DeadLetters.RedriveAsync(mended, new RedriveOptions { PerSecond = 10 });
        if (await bus.DeadLetters.FindAsync("billing", id) is { } wrong)
        {
            await bus.DeadLetters.ReplaceAsync(wrong, new OrderPlaced("A-1", Total: 42));
        }

        var discarded = await bus.DeadLetters.DiscardAsync(new DeadLetterFilter { Id = id });
        return [redriven, slowly, discarded];
    }
}
