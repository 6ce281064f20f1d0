using System.Collections.Concurrent;
using Aldis.Transports.Tests.Failures;

namespace Aldis.Transports.Tests.Sqlite;

/// <summary>Signals carried by a file. Each space of signals stands for a process.</summary>
public sealed class CarriedSignalTests : IDisposable
{
    private const int Events = 100;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task What_is_sent_arrives_everywhere_once_and_in_order_and_the_file_is_empty_afterwards()
    {
        var file = _folder.File("events.db");
        await using var first = await Process.StartAsync(file);
        await using var second = await Process.StartAsync(file);
        await using var third = await Process.StartAsync(file);

        for (var number = 0; number < Events; number++)
        {
            await first.Signal.SendAsync("first", new Noted($"first {number}"));
            await second.Signal.SendAsync("second", new Noted($"second {number}"));
        }

        Process[] all = [first, second, third];
        await Until.TrueAsync(() => all.All(process => process.Seen.Count >= 2 * Events));
        await Until.TrueAsync(() => StoredEvents.Count(file, "SELECT count(*) FROM aldis_event") == 0);
        Assert.All(all, process =>
        {
            Assert.Equal(Numbered("first"), process.Seen.Where(text => text.StartsWith("first", StringComparison.Ordinal)));
            Assert.Equal(Numbered("second"), process.Seen.Where(text => text.StartsWith("second", StringComparison.Ordinal)));
            Assert.Equal(Numbered("first"), process.SeenOfFirst);
        });
    }

    private static IEnumerable<string> Numbered(string who) => Enumerable.Range(0, Events).Select(number => $"{who} {number}");

    private sealed class Process : IAsyncDisposable
    {
        private EventBus? _bus;

        private Process()
        {
            Signal = new SignalSpace().Get<Noted>("notes.taken");
            Signal.Connect(note => Seen.Enqueue(note.Text));
            Signal.Connect(note => SeenOfFirst.Enqueue(note.Text), sender: "first");
        }

        public Signal<Noted> Signal { get; }

        public ConcurrentQueue<string> Seen { get; } = new();

        public ConcurrentQueue<string> SeenOfFirst { get; } = new();

        public static async Task<Process> StartAsync(string file)
        {
            var process = new Process();
            process._bus = await EventBus.StartAsync(bus => bus.UseSqlite(file).Carry(process.Signal));
            return process;
        }

        public ValueTask DisposeAsync() => _bus!.DisposeAsync();
    }
}
