using System.Reactive.Linq;
using System.Text.RegularExpressions;

namespace Aldis.Product.Tests.Snippets;

/// <summary>The code of the pages in docs/learn, run.</summary>
public sealed class LearnTests : IDisposable
{
    private readonly StringWriter _console = new();

    private static CancellationToken cancel => TestContext.Current.CancellationToken;

    private StringWriter Console => _console;

    public void Dispose() => _console.Dispose();

    [Fact]
    public async Task Callback_page()
    {
        var button = new Button(ShowZen);
        button.Click(12, 8);                        // zen

        var before = button.Clicked.Bind(ShowPlace);
        button.Click(12, 8);                        // 12, 8
        Assert.Equal(nameof(ShowZen), before?.Method.Name);

        button.Clicked.Unbind();
        button.Click(12, 8);                        // nothing

        var saved = new Callback<Click>(async click => await SaveAsync(click));
        await saved.InvokeAsync(new Click(1, 2), cancel);
        Says("zen", "12, 8", "saved 1, 2");
    }

    [Fact]
    public void Subject_page()
    {
        var grepper = new Grepper();
        using var presenter = grepper.Events.Subscribe<Matched>(matched => Console.WriteLine($"Found in: {matched.Path}"));
        using var auditor = grepper.Events.Subscribe(file => Console.WriteLine(file));
        using var tests = grepper.Events.Subscribe<Opened>(
            opened => Console.WriteLine($"test: {opened.Path}"), when: opened => opened.Path.EndsWith("Tests.cs", StringComparison.Ordinal));

        grepper.Search("one.cs", "no needle here", "needle");
        grepper.Search("OneTests.cs", "nothing", "needle");
        Says("Opened { Path = one.cs }", "Found in: one.cs", "Matched { Path = one.cs }", "Opened { Path = OneTests.cs }", "test: OneTests.cs");
    }

    [Fact]
    public void Subject_page_with_Rx()
    {
        var grepper = new Grepper();
        using var first = grepper.Events.OfType<Matched>().Take(1).Subscribe(
            matched => Console.WriteLine($"first: {matched.Path}"), () => Console.WriteLine("that is enough"));
        grepper.Search("one.cs", "needle", "needle");
        grepper.Search("two.cs", "needle", "needle");
        grepper.Events.Complete();
        Says("first: one.cs", "that is enough");
    }

    [Fact]
    public void Topic_page()
    {
        var space = new SignalSpace();
        var placed = space.Get<OrderPlaced>("orders.placed");
        using var billing = placed.Connect(order => Console.WriteLine($"bill {order.Id}"));
        using var alarm = placed.Connect(order => Console.WriteLine($"the web shop sold {order.Id}"), sender: "web-shop");

        placed.Send("web-shop", new OrderPlaced("A-1", 99.50m));
        placed.Send("counter", new OrderPlaced("A-2", 12.00m));
        Says("bill A-1", "the web shop sold A-1", "bill A-2");

        if (placed.HasReceiversFor("counter"))
        {
            placed.Send("counter", new OrderPlaced("A-3", 7.25m));
        }

        Says("bill A-3");
    }

    [Fact]
    public void Topic_page_on_the_default_space()
    {
        var here = Signal.Named<OrderPlaced>("docs.orders.placed");
        var elsewhere = Signal.Named<OrderPlaced>("docs.orders.placed");     // the same object
        Assert.Same(here, elsewhere);
    }

    [Fact]
    public async Task Topic_page_options()
    {
        var placed = new Signal<OrderPlaced>();
        using var first = placed.Connect(Audit, new ConnectOptions { Priority = 10 });
        using var once = placed.Connect(_ => Console.WriteLine("the first of the day"), new ConnectOptions { Once = true });
        using var weak = placed.Connect(Audit, new ConnectOptions { Sender = this, WeakReceiver = true, WeakSender = true });

        placed.SendAll(this, new OrderPlaced("A-1", 1));                   // every receiver, then all their errors together
        await placed.SendAsync(this, new OrderPlaced("A-2", 2), cancel);   // one after another
        await placed.SendParallelAsync(this, new OrderPlaced("A-3", 3), cancel);

        using (placed.Muted())
        {
            placed.Send(new OrderPlaced("A-4", 4));                        // reaches nobody
        }

        Says("audit A-1", "the first of the day", "audit A-2", "audit A-3");
    }

    [Fact]
    public void Topic_page_answers()
    {
        var asking = new Signal<OrderPlaced, decimal>();
        using var post = asking.Connect(order => 4.90m);
        using var courier = asking.Connect(order => order.Total > 50 ? 0m : 12.00m);

        var cheapest = asking.Send(new OrderPlaced("A-1", 99.50m)).Values.Min();
        Assert.Equal(0m, cheapest);
    }

    [Fact]
    public void Topic_page_veto()
    {
        var update = new BeforeAfter<OrderPlaced>();
        using var check = update.Before.Connect(order => order.Total < 0 ? new Veto($"{order.Id} has a negative total") : null);
        using var log = update.After.Connect(order => Console.WriteLine($"updated {order.Id}"));

        var veto = update.Send(this, new OrderPlaced("A-1", -5), order => Store(order));
        Console.WriteLine(veto?.Reason ?? "done");                         // A-1 has a negative total
        Says("A-1 has a negative total");

        Assert.Null(update.Send(this, new OrderPlaced("A-2", 5), order => Store(order)));
        Says("stored A-2", "updated A-2");
    }

    [Fact]
    public async Task Topic_page_stream()
    {
        var placed = new Signal<OrderPlaced>();
        using var orders = placed.Buffer(capacity: 100, WhenFull.DropOldest);
        placed.Send(new OrderPlaced("A-1", 1));
        await foreach (var order in orders.WithCancellation(cancel))
        {
            Console.WriteLine(order.Id);
            break;
        }

        Says("A-1");
    }

    [Fact]
    public void Topic_page_leaks()
    {
        var placed = new Signal<Tracked>();
        using var tracker = ConnectionTracker.Start();
        placed.Connect(_ => { });
        Console.WriteLine(tracker);      // 1 × anonymous signal of Shop.Tracked, connected by Shop.Screen.Open in Screen.cs:line 12
        Assert.Contains("connected by Aldis.Product.Tests.Snippets.LearnTests.Topic_page_leaks", _console.ToString(), StringComparison.Ordinal);
    }

    private void ShowZen() => Console.WriteLine("zen");

    private void ShowPlace(Click click) => Console.WriteLine($"{click.X}, {click.Y}");

    private Task SaveAsync(Click click)
    {
        Console.WriteLine($"saved {click.X}, {click.Y}");
        return Task.CompletedTask;
    }

    private void Audit(OrderPlaced order) => Console.WriteLine($"audit {order.Id}");

    private void Store(OrderPlaced order) => Console.WriteLine($"stored {order.Id}");

    private void Says(params string[] lines)
    {
        Assert.Equal(lines, _console.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        _console.GetStringBuilder().Clear();
    }

    public record Click(int X, int Y);

    public sealed class Button(Action command)
    {
        public Callback<Click> Clicked { get; } = new(command);

        public void Click(int x, int y) => Clicked.Invoke(new Click(x, y));
    }

    public abstract record FileEvent(string Path);
    public sealed record Opened(string Path) : FileEvent(Path);
    public sealed record Matched(string Path) : FileEvent(Path);

    public sealed class Grepper
    {
        public Subject<FileEvent> Events { get; } = new();

        public void Search(string path, string text, string pattern)
        {
            Events.Notify(new Opened(path));
            if (Regex.IsMatch(text, pattern))
            {
                Events.Notify(new Matched(path));
            }
        }
    }

    public sealed record OrderPlaced(string Id, decimal Total);

    public sealed record Tracked;
}
