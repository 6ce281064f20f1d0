using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Serialization;
using Aldis;
using Aldis.Events;
using Aldis.Transports;
using Aldis.Victim;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;

// Tells on standard output what it has seen for certain, a line at a time: what it says before it dies must hold afterwards.
Engines.Choose();
Console.SetOut(new StreamWriter(Console.OpenStandardOutput()) { AutoFlush = true });
await (args switch
{
    ["publish", var file, var writers] => PublishAsync(file, int.Parse(writers, CultureInfo.InvariantCulture)),
    ["consume", var file] => ConsumeAsync(file, poison: null),
    ["poisoned", var file, var poison] => ConsumeAsync(file, poison),
    ["hold", var file] => HoldAsync(file),
    ["open", var file] => OpenAsync(file, SqliteDurability.Durable),
    ["open", var file, var durability] => OpenAsync(file, Enum.Parse<SqliteDurability>(durability)),
    ["write", var file, var kind, var writers, var rounds, var durability] => Writing.RunAsync(
        file, kind, int.Parse(writers, CultureInfo.InvariantCulture), int.Parse(rounds, CultureInfo.InvariantCulture), Enum.Parse<SqliteDurability>(durability)),
    ["steps", var file] => Stepping.RunAsync(file),
    ["exclude", var file] => ExcludeAsync(file),
    ["instance", var file] => WatchAsync(file),
    ["unknown", var file] => PublishUnknownAsync(file),
    ["share", var file] => ShareAsync(file),
    ["keys", var file] => HandleKeysAsync(file),
    ["serve", var file] => ServeAsync(file),
    ["leave", var file] => LeaveAsync(file),
    ["enter", var file] => Entering.RunAsync(file),
    ["bury", var file, var seconds] => Burying.RunAsync(file, int.Parse(seconds, CultureInfo.InvariantCulture)),
    ["listen", var file] => Listening.RunAsync(file),
    ["race", var file] => Sharing.RunAsync(file),
    ["paced", var file, var durability, var count] => Pacing.RunAsync(file, Enum.Parse<SqliteDurability>(durability), int.Parse(count, CultureInfo.InvariantCulture)),
    ["join", var servers, var prefix] => Fleet.JoinAsync(servers, prefix),
    ["cluster"] => Fleet.ServeAsync(),
    ["peer-publish", var peers, var ledger] => Brokerless.PublishAsync(peers, ledger),
    ["peer-consume", var peers, var ledger] => Brokerless.ConsumeAsync(peers, ledger),
    ["peer-keys", var peers, var ledger] => Brokerless.HandleKeysAsync(peers, ledger, HandleAsync),
    ["peer-hold", var peers, var ledger] => Brokerless.HoldAsync(peers, ledger),
    ["relay", var file, var rows, var way] => Relaying.RunAsync(file, rows, Enum.Parse<RowSource>(way)),
    _ => throw new ArgumentException("join SERVERS PREFIX | cluster | relay FILE ROWS WAY | peer-publish PEERS LEDGER | peer-consume PEERS LEDGER | peer-keys PEERS LEDGER | peer-hold PEERS LEDGER | publish FILE WRITERS | consume FILE | poisoned FILE TEXT | hold FILE | open FILE [DURABILITY] | write FILE KIND WRITERS ROUNDS DURABILITY | steps FILE | exclude FILE | share FILE | instance FILE | keys FILE | serve FILE | leave FILE | enter FILE | bury FILE SECONDS | listen FILE | race FILE | paced FILE DURABILITY COUNT"),
});

// Publishes without end; says "stored ID" when a publish has completed.
static async Task PublishAsync(string file, int writers)
{
    await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).UseJson(VictimJson.Default));
    Console.WriteLine("ready");
    await Task.WhenAll(Enumerable.Range(0, writers).Select(async writer =>
    {
        for (var number = 0; ; number++)
        {
            var published = await bus.PublishAsync(new Noted($"{writer}-{number}"));
            Console.WriteLine($"stored {published.Id}");
        }
    }));
}

// Handles what comes; says "begun TEXT ATTEMPT" and "handled TEXT". Dies by its own hand at the poison.
static async Task ConsumeAsync(string file, string? poison)
{
    var options = new SubscriptionOptions { Concurrency = 4, MaxUnsettled = 32, Retry = new RetryPolicy { MaxAttempts = poison is null ? 10 : 3 } };
    await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).UseJson(VictimJson.Default).Subscribe<Noted>("readers", async (noted, context) =>
    {
        Console.WriteLine($"begun {noted.Text} {context.Attempt}");
        if (noted.Text == poison)
        {
            Process.GetCurrentProcess().Kill();
        }

        await Task.Delay(1);
        Console.WriteLine($"handled {noted.Text}");
    }, options));
    Console.WriteLine("ready");
    await Task.Delay(Timeout.Infinite);
}

// Waits for a line, opens the file, publishes one event and closes it again; says what went wrong, if anything.
static async Task OpenAsync(string file, SqliteDurability durability)
{
    Console.WriteLine("waiting");
    await Console.In.ReadLineAsync();
    try
    {
        await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(new SqliteOptions { Path = file, Durability = durability }).UseJson(VictimJson.Default));
        await bus.PublishAsync(new Noted("opened"));
        Console.WriteLine("opened");
    }
    catch (AldisException error)
    {
        Console.WriteLine($"refused {error.Message.ReplaceLineEndings(" ")}");
    }
}

// Asks for the lock that SQLite takes before it deletes the log of a file that nobody else has open; says whether it got it.
static Task ExcludeAsync(string file)
{
    using var stream = new FileStream(file, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
    try
    {
#pragma warning disable CA1416 // The failure tests run on Linux.
        stream.Lock(0x4000_0002, 510);
#pragma warning restore CA1416
        Console.WriteLine("alone");
    }
    catch (IOException)
    {
        Console.WriteLine("shared");
    }

    return Task.CompletedTask;
}

// Handles what comes to three groups, and fails now and then; says "begun GROUP TEXT ATTEMPT WHEN ID", then "handled" or "failed", GROUP TEXT WHEN.
static async Task ShareAsync(string file)
{
    var options = new SubscriptionOptions
    {
        Concurrency = 3, MaxUnsettled = 16,
        Retry = new RetryPolicy { MaxAttempts = int.MaxValue, ImmediateRetries = 0, FirstDelay = TimeSpan.FromMilliseconds(20), MaxDelay = TimeSpan.FromMilliseconds(20) },
    };
    await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).UseJson(VictimJson.Default)
        .Subscribe<Noted>("first", async (noted, context) =>
        {
            await HandleAsync(noted.Text, context);
            context.Publish(new Followed(noted.Text));
        }, options)
        .Subscribe<Noted>("second", (noted, context) => HandleAsync(noted.Text, context), options with { Concurrency = 1 })
        .Subscribe<Followed>("third", (followed, context) => HandleAsync(followed.Text, context), options));
    Console.WriteLine("ready");
    await Task.Delay(Timeout.Infinite);
}

// Handles what comes with eight workers, fails now and then, and gives up after the second attempt; says what "share" says.
static async Task HandleKeysAsync(string file)
{
    var options = new SubscriptionOptions
    {
        Concurrency = 8, MaxUnsettled = 32,
        Retry = new RetryPolicy { MaxAttempts = 2, ImmediateRetries = 0, FirstDelay = TimeSpan.FromMilliseconds(10) },
    };
    await using var bus = await EventBus.StartAsync(bus => Stores.Use(bus, file).UseJson(VictimJson.Default)
        .Subscribe<Noted>("readers", (noted, context) => HandleAsync(noted.Text, context), options));
    Console.WriteLine("ready");
    await Task.Delay(Timeout.Infinite);
}

static async ValueTask HandleAsync(string text, EventContext context)
{
    Console.WriteLine($"begun {context.Group} {text} {context.Attempt} {Stopwatch.GetTimestamp()} {context.Id}");
    await Task.Delay(Random.Shared.Next(0, 4));
    var fails = Random.Shared.Next(8) == 0;
    Console.WriteLine($"{(fails ? "failed" : "handled")} {context.Group} {text} {Stopwatch.GetTimestamp()}");
    if (fails)
    {
        throw new InvalidOperationException("as it happens");
    }
}

// A host that publishes and handles at full load until it is told to stop; says "stored TEXT", "begun TEXT ATTEMPT", "handled TEXT", and what its bus logs.
static async Task ServeAsync(string file)
{
    var handled = 0;
    var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
    builder.Services.Configure<HostOptions>(options => options.ShutdownTimeout = TimeSpan.FromSeconds(10));
    builder.AddAldis(bus => bus.UseSqlite(file).UseJson(VictimJson.Default).Subscribe<Noted>("readers", async (noted, context) =>
    {
        Console.WriteLine($"begun {noted.Text} {context.Attempt}");
        await Task.Delay(Random.Shared.Next(0, 20), context.Cancellation);
        Console.WriteLine($"handled {noted.Text}");
        Interlocked.Increment(ref handled);
    }, new SubscriptionOptions { Concurrency = 32 }));
    using var host = builder.Build();
    await host.StartAsync();
    Console.WriteLine("ready");
    var bus = host.Services.GetRequiredService<IEventBus>();
    var stopping = host.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping;
    var publishing = Enumerable.Range(0, 8).Select(writer => PublishUntilStoppedAsync(bus, writer, () => Volatile.Read(ref handled), stopping)).ToArray();
    await host.WaitForShutdownAsync();
    await Task.WhenAll(publishing);

    static async Task PublishUntilStoppedAsync(IEventBus bus, int writer, Func<int> handled, CancellationToken stopping)
    {
        try
        {
            for (var number = 0; ; number++)
            {
                // Always more than can be handled, and never so much that the rest takes minutes. When the host stops, nothing more is handled to wait for.
                while (number * 8 > handled() + 1000)
                {
                    await Task.Delay(1, stopping);
                }

                var text = $"{Environment.ProcessId}-{writer}-{number}";
                await bus.PublishAsync(new Noted(text), cancel: CancellationToken.None);
                Console.WriteLine($"stored {text}");
            }
        }
        catch (AldisException error)
        {
            Console.WriteLine($"refused {error.Code}");
        }
        catch (OperationCanceledException)
        {
            // It was waiting when the host stopped.
        }
    }
}

// Starts many publishes at once, says "stored ID" when one has completed, and leaves without a goodbye when a line comes in.
static async Task LeaveAsync(string file)
{
    var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).UseJson(VictimJson.Default));
    var publishing = Enumerable.Range(0, 256).Select(async writer =>
    {
        for (var number = 0; ; number++)
        {
            var published = await bus.PublishAsync(new Noted($"{writer}-{number}"));
            Console.WriteLine($"stored {published.Id}");
        }
    }).ToArray();
    Console.WriteLine("ready");
    await Console.In.ReadLineAsync();
    Environment.Exit(publishing.Length > 0 ? 0 : 1);
}

// Takes one event and holds it until a line comes in, then settles it; says how many settlements were refused.
static async Task HoldAsync(string file)
{
    var (lease, context) = (TimeSpan.FromSeconds(1), new TransportContext(TimeProvider.System, NullLoggerFactory.Instance));
    await using ITransport transport = Stores.IsServer(file)
        ? new PostgreSqlTransport(new PostgreSqlOptions { Connection = file, Lease = lease }, context)
        : new SqliteTransport(new SqliteOptions { Path = file, Lease = lease }, context);
    await transport.StartAsync(CancellationToken.None);
    await using var receiver = await transport.OpenReceiverAsync(new ReceiverSpec(TopicName.Parse("noted"), GroupName.Parse("readers"), 1), CancellationToken.None);
    var buffer = new Delivery[1];
    await receiver.ReceiveAsync(buffer, CancellationToken.None);
    Console.WriteLine($"holding {buffer[0].Envelope.Id}");
    await Console.In.ReadLineAsync();
    var refused = await receiver.SettleAsync(new[] { new Settlement(buffer[0], Verdict.Done, []) }, CancellationToken.None);
    Console.WriteLine($"refused {refused.Count}");
}

// Handles what comes as an instance of its own, but for "stay", which it keeps in its hands; says "begun TEXT".
static async Task WatchAsync(string file)
{
    await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).UseJson(VictimJson.Default).Subscribe<Noted>(Group.EachInstance, async (noted, context) =>
    {
        Console.WriteLine($"begun {noted.Text}");
        await Task.Delay(noted.Text == "stay" ? Timeout.Infinite : 0, context.Cancellation);
    }));
    Console.WriteLine("ready");
    await Task.Delay(Timeout.Infinite);
}

// Publishes an event that the JSON context does not know; says with which code that ends.
static async Task PublishUnknownAsync(string file)
{
    await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).UseJson(VictimJson.Default));
    try
    {
        await bus.PublishAsync(new Unknown("?"));
    }
    catch (AldisException error)
    {
        Console.WriteLine(error.Code);
    }
}

namespace Aldis.Victim
{
    /// <summary>What the victim can write without reflection.</summary>
    [JsonSerializable(typeof(Noted))]
    [JsonSerializable(typeof(Followed))]
    internal sealed partial class VictimJson : JsonSerializerContext;

    /// <summary>An event that nobody has told the context of.</summary>
    [Event("unknown")]
    internal sealed record Unknown(string Text);

    /// <summary>The event of the failure tests.</summary>
    [Event("noted")]
    public sealed record Noted(string Text);

    /// <summary>What is published with the acknowledgement of a noted one.</summary>
    [Event("followed")]
    public sealed record Followed(string Text);
}
