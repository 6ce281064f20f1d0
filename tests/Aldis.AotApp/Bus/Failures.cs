namespace Aldis.AotApp.Bus;

/// <summary>A retry, a dead letter, and its second life.</summary>
internal static class Failures
{
    private const string Group = "failures";

    private static readonly SubscriptionOptions _options = new()
    {
        Retry = new RetryPolicy { ImmediateRetries = 0, FirstDelay = TimeSpan.FromMilliseconds(1), MaxAttempts = 2 },
    };

    public static async Task RunAsync(Action<EventBusBuilder> use)
    {
        var seen = new Seen();
        var isMended = false;
        await using var bus = await BusWork.StartAsync(use, seen, bus => bus.Subscribe(Group, (Fragile fragile, EventContext context) =>
        {
            seen.Add($"{fragile.Number}, attempt {context.Attempt}");
            if (fragile.Number == 2 && !Volatile.Read(ref isMended))
            {
                throw new DeadLetterException("it is broken");
            }

            return context.Attempt == 1 && fragile.Number == 1 ? throw new TimeoutException("once") : Task.CompletedTask;
        }, _options));
        await bus.PublishAsync(new Fragile(1));
        await seen.ExpectAsync("1, attempt 1", "1, attempt 2");

        var broken = await bus.PublishAsync(new Fragile(2));
        var letter = await DeadLetterAsync(bus);
        Check.Equal((broken.Id, "it is broken", 1), (letter.Envelope.Id, letter.Reason, letter.Attempts));
        await seen.ExpectAsync("2, attempt 1");

        Volatile.Write(ref isMended, true);
        Check.Equal(1, await bus.DeadLetters.RedriveAsync(new DeadLetterFilter { Id = broken.Id }));
        await seen.ExpectAsync("2, attempt 1");
    }

    private static async Task<DeadLetter> DeadLetterAsync(EventBus bus)
    {
        DeadLetter? found = null;
        await Check.EventuallyAsync("a dead letter", async () =>
        {
            await foreach (var letter in bus.DeadLetters.ListAsync(new DeadLetterFilter { Group = Group }))
            {
                found = letter;
            }

            return found is not null;
        });
        return found!;
    }
}
