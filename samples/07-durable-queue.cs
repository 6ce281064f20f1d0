#:project ../src/Transports/Aldis.Sqlite
using System.Diagnostics;
using System.Threading.Channels;
using Aldis;

// A desk and its packers are processes that share one file. A packer is killed with a parcel in its hands; the next one takes it over.
//   dotnet run samples/07-durable-queue.cs
// The packers are this program too: the desk starts them.
if (args is ["packer", var name, var file])
{
    await PackAsync(name, file);
    return;
}

var folder = Directory.CreateTempSubdirectory("parcels-");
var database = Path.Combine(folder.FullName, "parcels.db");
var packed = Channel.CreateUnbounded<ParcelPacked>();

await using (var bus = await EventBus.StartAsync(bus => bus
    .UseSqlite(database)
    .Subscribe("desk", (ParcelPacked parcel, CancellationToken cancel) => packed.Writer.WriteAsync(parcel, cancel))))
{
    // Nobody is there to pack yet: the parcels are in the file, on the disk.
    await StoreAsync(bus, 1, 2, 3);

    using (var alice = Start("Alice", database))
    {
        await TellAsync(2);
        Console.WriteLine(await alice.StandardOutput.ReadLineAsync());
        alice.Kill();
        await alice.WaitForExitAsync();
        Console.WriteLine("Alice is killed");
    }

    using var bob = Start("Bob", database);
    await TellAsync(1);

    // Bob waits for more. Nobody polls: what the desk publishes wakes him at once.
    await StoreAsync(bus, 4, 5);
    await TellAsync(2);
    bob.StandardInput.Close();
    await bob.WaitForExitAsync();
}

folder.Delete(recursive: true);

static async Task StoreAsync(EventBus bus, params int[] numbers)
{
    foreach (var number in numbers)
    {
        var stored = await bus.PublishAsync(new ParcelReceived(number));
        Console.WriteLine($"received: parcel {number}, {stored.Level}");
    }
}

async Task TellAsync(int count)
{
    for (; count > 0; count--)
    {
        var parcel = await packed.Reader.ReadAsync();
        Console.WriteLine($"packed: parcel {parcel.Number} by {parcel.By}, attempt {parcel.Attempt}");
    }
}

static Process Start(string name, string file)
{
    var isHosted = Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";
    string[] self = isHosted ? [Environment.GetCommandLineArgs()[0]] : [];
    return Process.Start(new ProcessStartInfo(Environment.ProcessPath!, [.. self, "packer", name, file])
    {
        RedirectStandardInput = true, RedirectStandardOutput = true,
    })!;
}

// What a handler returns is published in the same step that settles its event: a parcel is never packed without the desk being told, nor told twice of one packing.
static async Task PackAsync(string name, string file)
{
    // A packer takes the next parcel when it is ready for it: what one process holds, no other can take.
    var oneByOne = new SubscriptionOptions { Concurrency = 1, MaxUnsettled = 1 };
    await using var bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Subscribe("packers", async (ParcelReceived parcel, EventContext context) =>
    {
        if (name == "Alice" && parcel.Number == 3)
        {
            Console.WriteLine("Alice holds parcel 3");
            await Task.Delay(Timeout.Infinite, context.Cancellation);
        }

        return new ParcelPacked(parcel.Number, name, context.Attempt);
    }, oneByOne));

    // Packs until the desk closes.
    await Console.In.ReadToEndAsync();
}

[Event("parcels.received")] record ParcelReceived(int Number);
[Event("parcels.packed")] record ParcelPacked(int Number, string By, int Attempt);
