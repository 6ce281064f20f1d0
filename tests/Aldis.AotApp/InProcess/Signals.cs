using System.Runtime.CompilerServices;

namespace Aldis.AotApp.InProcess;

/// <summary>Emitters and receivers that know only the signal.</summary>
internal static class Signals
{
    private static readonly string[] _toAll = ["first 1", "any 1", "shop 1", "derived 1", "later 1"];

    public static async Task RunAsync()
    {
        await SendAsync();
        await StreamAsync();
        Observe();
        Errors();
        Weak();
    }

    private static async Task SendAsync()
    {
        var lines = new List<string>();
        var sold = new Signal<Sale>();
        using var any = sold.Connect(sale => lines.Add($"any {sale.Number}"));
        using var shop = sold.Connect(sale => lines.Add($"shop {sale.Number}"), sender: "shop");
        using var derived = sold.Connect((CashSale sale) => lines.Add($"derived {sale.Number}"));
        using var later = sold.Connect(async (sale, cancel) =>
        {
            await Task.Yield();
            lines.Add($"later {sale.Number}");
        });
        using var first = sold.Connect(sale => lines.Add($"first {sale.Number}"), new ConnectOptions { Priority = 1, Once = true });
        await sold.SendAsync("shop", new CashSale(1));
        Check.Lines(lines, _toAll);
        await sold.SendAsync("web", new Sale(2));
        using (sold.Muted())
        {
            await sold.SendAsync("shop", new CashSale(3));
        }

        Check.Lines(lines, [.. _toAll, "any 2", "later 2"]);
    }

    private static async Task StreamAsync()
    {
        var sold = new Signal<Sale>();
        using var sales = sold.Buffer(capacity: 2, WhenFull.DropOldest);
        foreach (var number in (int[])[1, 2, 3])
        {
            sold.Send(new Sale(number));
        }

        await foreach (var sale in sales)
        {
            Check.Equal(2, sale.Number);
            break;
        }
    }

    private static void Observe()
    {
        var numbers = new List<int>();
        var sold = new Signal<Sale>();
        using (sold.AsObservable().Subscribe(new Observer(numbers)))
        {
            sold.Send(new Sale(1));
        }

        sold.Send(new Sale(2));
        Check.Equal(1, numbers.Single());
    }

    private static void Errors()
    {
        var sold = new Signal<Sale>();
        using var one = sold.Connect(Throw);
        using var two = sold.Connect(_ => throw new TimeoutException("two"));
        try
        {
            sold.SendAll(new Sale(1));
        }
        catch (AggregateException errors)
        {
            Check.Lines(errors.InnerExceptions.Select(error => error.Message), "one", "two");
            return;
        }

        throw new InvalidOperationException("no error came");
    }

    private static void Weak()
    {
        var sold = new Signal<Sale>();
        Forget(sold);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        Check.True(!sold.HasReceiversFor(null));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Forget(Signal<Sale> sold)
    {
        var receiver = new Receiver();
        sold.Connect(receiver.Receive, new ConnectOptions { WeakReceiver = true });
        sold.Send(new Sale(1));
        Check.Equal(1, receiver.Count);
    }

    private static void Throw(Sale sale) => throw new TimeoutException("one");

    private sealed class Receiver
    {
        public int Count { get; private set; }

        public void Receive(Sale sale) => Count++;
    }

    private sealed class Observer(List<int> numbers) : IObserver<Sale>
    {
        public void OnNext(Sale value) => numbers.Add(value.Number);

        public void OnError(Exception error) => throw error;

        public void OnCompleted() => numbers.Clear();
    }
}

internal record Sale(int Number);

internal sealed record CashSale(int Number) : Sale(Number);
