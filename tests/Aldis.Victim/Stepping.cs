namespace Aldis.Victim;

/// <summary>
/// Publishes fifty large events, one after another, and handles them, on a disk that fails while there is a file "ailing" beside the database. Says "stored ID",
/// "unknown ID" or "refused ID" for each publish, "handled ID", "unhealthy" when its bus has troubles, "untyped" for an error of another kind than was promised. Then the
/// disk is well again: it says "recovered" when all works again without a new start, and "reopened" when it does after one.
/// </summary>
internal static class Stepping
{
    private const int Steps = 50;

    public static async Task RunAsync(string file)
    {
        var ailing = Path.Combine(Path.GetDirectoryName(file)!, "ailing");
        await (await OpenAsync(file, times: 1))!.DisposeAsync();
        await File.WriteAllTextAsync(ailing, "");
        var bus = await OpenAsync(file, times: 10) ?? await OpenWellAsync();
        var unhealthy = 0;
        for (var step = 0; step < Steps; step++)
        {
            await PublishAsync(bus, step);
            unhealthy += bus.Troubles.Count > 0 ? 1 : 0;
        }

        Console.WriteLine($"unhealthy {unhealthy}");
        File.Delete(ailing);
        await TryAsync(bus, "recovered");
        await bus.DisposeAsync();
        bus = await OpenAsync(file, times: 1);
        await TryAsync(bus!, "reopened");
        await bus!.DisposeAsync();

        // A disk that lets nobody in falls ill a little later.
        async Task<EventBus> OpenWellAsync()
        {
            File.Delete(ailing);
            var opened = await OpenAsync(file, times: 1);
            await File.WriteAllTextAsync(ailing, "");
            return opened!;
        }
    }

    private static async Task<EventBus?> OpenAsync(string file, int times)
    {
        for (; times > 0; times--)
        {
            try
            {
                return await EventBus.StartAsync(bus => bus.UseSqlite(new SqliteOptions { Path = file, LogLimit = 1 << 20, DiskReserve = 0 }).UseJson(VictimJson.Default)
                    .Subscribe<Noted>("readers", (_, context) =>
                    {
                        Console.WriteLine($"handled {context.Id}");
                        return ValueTask.CompletedTask;
                    }));
            }
            catch (AldisException error)
            {
                Console.WriteLine($"unopened {error.Message.ReplaceLineEndings(" ")}");
            }
        }

        return null;
    }

    private static async Task PublishAsync(EventBus bus, int step)
    {
        try
        {
            var published = await bus.PublishAsync(new Noted($"{step} {new string('x', 60_000)}"));
            Console.WriteLine($"stored {published.Id}");
        }
        catch (PublishException error)
        {
            Console.WriteLine($"{(error.MayBeStored ? "unknown" : "refused")} {error.Id}");
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            Console.WriteLine($"untyped {error.GetType()} {error.Message.ReplaceLineEndings(" ")}");
        }
    }

    /// <summary>A publish may still meet what is left of an error; then the next one does not.</summary>
    private static async Task TryAsync(EventBus bus, string word)
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            try
            {
                var published = await bus.PublishAsync(new Noted(word));
                Console.WriteLine($"stored {published.Id}");
                while (bus.Troubles.Count > 0)
                {
                    await Task.Delay(10);
                }

                Console.WriteLine(word);
                return;
            }
            catch (PublishException error)
            {
                Console.WriteLine($"{(error.MayBeStored ? "unknown" : "refused")} {error.Id}");
            }
        }
    }
}
