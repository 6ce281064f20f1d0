using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Aldis.Product.Tests.Snippets;

/// <summary>The page on handlers: each shape that it shows is bound, and handles an event.</summary>
public sealed class HandlerTests : IDisposable
{
    private readonly Journal _journal = new();
    private readonly HostApplicationBuilder _builder = Host.CreateEmptyApplicationBuilder(new() { ApplicationName = "shop" });
    private IHost? _host;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _host?.Dispose();

    [Fact]
    public async Task Where_handlers_come_from()
    {
        var (builder, journal) = (_builder, _journal);
        builder.AddAldis(bus => bus.UseInMemory()
            .Subscribe("billing", (OrderPlaced order) => new InvoiceIssued($"I-{order.Id}"))    // a lambda
            .Subscribe("archive", journal.Keep)                                                 // a method, of an object or static
            .AddHandlers<Depot>());                                                             // the marked methods of a class
        var host = BuildHost();
        host.MapEvent("mail", (InvoiceIssued invoice, Journal journal) => journal.Write($"mail {invoice.Number}"));
        await HandlesAsync("keep A-1", "mail I-A-1", "pack A-1", "ship P-A-1");
    }

    [Fact]
    public async Task All_classes_of_the_project()
    {
        var builder = _builder;
        builder.AddAldis(bus => bus.UseInMemory().AddAllHandlers());
        BuildHost();
        await HandlesAsync("pack A-1", "ship P-A-1");
    }

    [Fact]
    public async Task All_classes_of_a_plug_in()
    {
        var (builder, plugIn) = (_builder, typeof(HandlerTests).Assembly);
        builder.AddAldis(bus => bus.UseInMemory().AddHandlersByReflection(plugIn));
        BuildHost();
        await HandlesAsync("hidden A-1", "pack A-1", "ship P-A-1");
    }

    [Fact]
    public async Task Typed()
    {
        var builder = _builder;
        builder.AddAldis(bus => bus.UseInMemory()
            .Subscribe<OrderPlaced>("billing", (order, context) =>
            {
                context.Publish(new InvoiceIssued($"I-{order.Id}"));
                return ValueTask.CompletedTask;
            }));
        BuildHost().MapEvent("mail", (InvoiceIssued invoice, Journal journal) => journal.Write($"mail {invoice.Number}"));
        await HandlesAsync("mail I-A-1");
    }

    [Fact]
    public async Task What_they_take()
    {
        _builder.AddAldis(bus => bus.UseInMemory());
        var host = BuildHost();
        host.MapEvent("audit", async (OrderPlaced order, EventContext context, Journal journal, CancellationToken cancel) =>
        {
            await journal.WriteAsync($"{order.Id} came on {context.Topic} for {context.Group}, attempt {context.Attempt}", cancel);
        });
        await HandlesAsync("A-1 came on orders.placed for audit, attempt 1");
    }

    [Fact]
    public async Task What_they_return()
    {
        _builder.AddAldis(bus => bus.UseInMemory().AddHandlers<Labels>());
        BuildHost().MapEvent("print", (LabelWanted label, Journal journal) => journal.Write(label.Text));
        await HandlesAsync("any", "later", "one", "pair", "perhaps", "several 1", "several 2", "stream 1", "stream 2");
    }

    [Fact]
    public async Task Generic_classes()
    {
        var builder = _builder;
        builder.AddAldis(bus => bus.UseInMemory().AddHandlers<Archive<OrderPlaced>>().AddHandlers<Archive<ParcelPacked>>().AddHandlers<Depot>());
        BuildHost();
        await HandlesAsync("archive OrderPlaced { Id = A-1, Total = 60 }", "archive ParcelPacked { Id = P-A-1 }", "pack A-1", "ship P-A-1");
    }

    [Fact]
    public async Task When_one_throws()
    {
        _builder.AddAldis(bus => bus.UseInMemory());
        var host = BuildHost();
        host.MapEvent("billing", (OrderPlaced order) => order.Total >= 100
            ? new InvoiceIssued($"I-{order.Id}")
            : throw new DeadLetterException($"{order.Total} is too little for an invoice."));
        await host.StartAsync(Cancel);
        var bus = host.Services.GetRequiredService<IEventBus>();
        await bus.PublishAsync(new OrderPlaced("A-1", 60m), cancel: Cancel);
        Assert.Equal("60 is too little for an invoice.", (await DeadLetterAsync(bus).WaitAsync(TimeSpan.FromSeconds(30), Cancel)).Reason);
        await host.StopAsync(Cancel);
    }

    [Fact]
    public async Task Receivers_of_signals()
    {
        var (signals, journal) = (new SignalSpace(), _journal);
        var till = new Till(journal);
        using (signals.ConnectReceivers(till))
        {
            await signals.Get<OrderPlaced>("orders.placed").SendAsync("web", new OrderPlaced("A-1", 60m), Cancel);
            Assert.Equal([4.90m], signals.Get<OrderPlaced, decimal>("postage.wanted").Send(new OrderPlaced("A-1", 60m)).Values);
        }

        Assert.Equal(["count A-1", "thank A-1"], await journal.ReadAsync(2, Cancel));
        Assert.All(signals.Signals, signal => Assert.False(signal.HasReceivers));
    }

    private static async Task<DeadLetter> DeadLetterAsync(IEventBus bus)
    {
        while (true)
        {
            await foreach (var letter in bus.DeadLetters.ListAsync(new DeadLetterFilter(), Cancel))
            {
                return letter;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), Cancel);
        }
    }

    private IHost BuildHost()
    {
        _builder.Services.AddSingleton(_journal).AddSingleton<Shelves>();
        return _host = _builder.Build();
    }

    /// <summary>Publishes an order, and waits for what the handlers write; those of several groups do so in any order.</summary>
    private async Task HandlesAsync(params string[] expected)
    {
        await _host!.StartAsync(Cancel);
        await _host.Services.GetRequiredService<IEventBus>().PublishAsync(new OrderPlaced("A-1", 60m), cancel: Cancel);
        Assert.Equal(expected, await _journal.ReadAsync(expected.Length, Cancel));
        await _host.StopAsync(Cancel);
        Assert.Equal(0, _journal.Count);
    }

    private sealed class OutOfReach(Journal journal)
    {
        [Subscribe("hidden")]
        public void Handle(OrderPlaced order) => journal.Write($"hidden {order.Id}");
    }
}

internal sealed class Depot(Journal journal)
{
    [Subscribe("packing")]
    public ParcelPacked Pack(OrderPlaced order)
    {
        journal.Write($"pack {order.Id}");
        return new ParcelPacked($"P-{order.Id}");
    }

    [Subscribe("shipping", Concurrency = 4)]
    private static void Ship(ParcelPacked parcel, Journal journal) => journal.Write($"ship {parcel.Id}");
}

internal sealed class Labels
{
    [Subscribe("nothing")]
    public static Task Nothing(OrderPlaced order) => Task.CompletedTask;

    [Subscribe("one")]
    public static LabelWanted One(OrderPlaced order) => new("one");

    [Subscribe("perhaps")]
    public static LabelWanted? Perhaps(OrderPlaced order) => order.Total > 50 ? new LabelWanted("perhaps") : null;

    [Subscribe("pair")]
    public static (LabelWanted, InvoiceIssued?) Pair(OrderPlaced order) => (new LabelWanted("pair"), null);

    [Subscribe("several")]
    public static IEnumerable<LabelWanted> Several(OrderPlaced order) => [new("several 1"), new("several 2")];

    [Subscribe("later")]
    public static async Task<LabelWanted> Later(OrderPlaced order, Journal journal, CancellationToken cancel)
    {
        await journal.FlushAsync(cancel);
        return new LabelWanted("later");
    }

    [Subscribe("stream")]
    public static async IAsyncEnumerable<LabelWanted> Stream(OrderPlaced order, Journal journal, [EnumeratorCancellation] CancellationToken cancel)
    {
        yield return new LabelWanted("stream 1");
        await journal.FlushAsync(cancel);
        yield return new LabelWanted("stream 2");
    }

    [Subscribe("any")]
    public static object Any(OrderPlaced order) => order.Total > 50 ? new LabelWanted("any") : new InvoiceIssued($"I-{order.Id}");
}

internal sealed class Archive<T>(Journal journal)
{
    [Subscribe("archive")]
    public void Keep(T @event) => journal.Write($"archive {@event}");
}

internal sealed class Till(Journal journal)
{
    [Receives("orders.placed")]
    private void Count(OrderPlaced order) => journal.Write($"count {order.Id}");

    [Receives("orders.placed", Sender = "web")]
    public async Task ThankAsync(OrderPlaced order, CancellationToken cancel) => await journal.WriteAsync($"thank {order.Id}", cancel);

    [Receives("postage.wanted")]
    public static decimal Postage(OrderPlaced order) => 4.90m;
}

[Event("parcels.packed")]
internal sealed record ParcelPacked(string Id);

[Event("labels.wanted")]
internal sealed record LabelWanted(string Text);

/// <summary>What the handlers of a test have done.</summary>
internal sealed class Journal
{
    private readonly Channel<string> _lines = Channel.CreateUnbounded<string>();

    public int Count => _lines.Reader.Count;

    public void Write(string line) => Assert.True(_lines.Writer.TryWrite(line));

    public ValueTask WriteAsync(string line, CancellationToken cancel) => _lines.Writer.WriteAsync(line, cancel);

    public ValueTask FlushAsync(CancellationToken cancel) => cancel.IsCancellationRequested ? ValueTask.FromCanceled(cancel) : ValueTask.CompletedTask;

    public void Keep(OrderPlaced order) => Write($"keep {order.Id}");

    /// <summary>So many lines, in the order of the alphabet.</summary>
    public async Task<string[]> ReadAsync(int count, CancellationToken cancel)
    {
        var lines = new List<string>();
        while (lines.Count < count)
        {
            lines.Add(await _lines.Reader.ReadAsync(cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), cancel));
        }

        return [.. lines.Order(StringComparer.Ordinal)];
    }
}
