namespace Aldis.Victim;

/// <summary>
/// One of several processes that publish and handle on one file at full speed, with four threads each. Says "ready", begins when a line comes in, ends at the
/// next; then says "published N", and after a third line each "claim ID ATTEMPT" that it was handed. Each publish that fails is a "fault".
/// </summary>
internal static class Sharing
{
    private const int Threads = 4;

    public static async Task RunAsync(string file)
    {
        var (published, faults) = (0, 0);
        var claims = new List<string>();
        using var stop = new CancellationTokenSource();
        var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).UseJson(VictimJson.Default).Subscribe<Noted>("sharers", (_, context) =>
        {
            lock (claims)
            {
                claims.Add($"claim {context.Id} {context.Attempt}");
            }

            return ValueTask.CompletedTask;
        }, new SubscriptionOptions { Concurrency = Threads, MaxUnsettled = 64 }));
        Console.WriteLine("ready");
        await Console.In.ReadLineAsync();
        var publishing = Enumerable.Range(0, Threads).Select(async thread =>
        {
            await Task.Yield();
            while (!stop.IsCancellationRequested)
            {
                try
                {
                    await bus.PublishAsync(new Noted("shared"));
                    Interlocked.Increment(ref published);
                }
                catch (AldisException error)
                {
                    Interlocked.Increment(ref faults);
                    Console.WriteLine($"fault {error.Message.ReplaceLineEndings(" ")}");
                }
            }
        }).ToArray();
        await Console.In.ReadLineAsync();
        await stop.CancelAsync();
        await Task.WhenAll(publishing);
        Console.WriteLine($"published {published}");

        // What is left is handled by all together; a line ends that.
        await Console.In.ReadLineAsync();
        await bus.DisposeAsync();
        claims.ForEach(Console.WriteLine);
        Console.WriteLine($"troubles {bus.Troubles.Count}");
    }
}
