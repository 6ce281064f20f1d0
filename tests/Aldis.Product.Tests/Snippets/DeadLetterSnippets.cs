namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of the guide on dead letters. It is here to be compiled; tests elsewhere prove what it promises.</summary>
internal static class DeadLetterSnippets
{
    public static SubscriptionOptions Patience()
    {
        var patient = new SubscriptionOptions
        {
            Retry = new RetryPolicy { ImmediateRetries = 0, FirstDelay = TimeSpan.FromSeconds(5), MaxAttempts = 20 },
        };
        return patient;
    }

    public static async Task<(int, int)> LookAsync(IEventBus bus, EventId id)
    {
        await foreach (var letter in bus.DeadLetters.ListAsync(new DeadLetterFilter { Group = "billing" }))
        {
            Console.WriteLine($"{letter.DiedAt:u} {letter.Envelope} after {letter.Attempts} attempts: {letter.Reason}");
        }

        var redriven = await bus.DeadLetters.RedriveAsync(new DeadLetterFilter { Group = "billing", Topic = "orders.placed" });
        var discarded = await bus.DeadLetters.DiscardAsync(new DeadLetterFilter { Id = id });
        return (redriven, discarded);
    }
}
