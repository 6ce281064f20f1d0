using Aldis.Generators.Analyzers;

namespace Aldis.Generators.Tests.Analyzers;

public sealed class WeakLambdaTests
{
    [Fact]
    public Task A_lambda_with_variables_is_lost() => Check.ReportsAsync<WeakLambdaAnalyzer>("ALD9010", """
        class Listener
        {
            private static readonly ConnectOptions Weakly = new() { WeakReceiver = true };

            private int _count;

            public void Hear(OrderPlaced order) => _count++;

            public void Listen(Signal<OrderPlaced> signal, string name)
            {
                var count = 0;
                _ = signal.Connect([|order => count++|], new ConnectOptions { WeakReceiver = true });
                _ = signal.Connect([|async order => await Task.FromResult(name)|], Weakly);
                _ = signal.Connect([|order => _count += name.Length|], Weakly with { Once = true });
                _ = signal.Connect([|new Listener().Hear|], Weakly);
            }
        }
        """);

    [Fact]
    public Task What_somebody_holds_is_right() => Check.IsSilentAsync<WeakLambdaAnalyzer>("""
        class Listener(Store store)
        {
            private static readonly ConnectOptions Weakly = new() { WeakReceiver = true };

            private int _count;

            public void Hear(OrderPlaced order) => _count++;

            public void Listen(Signal<OrderPlaced> signal, string name, ConnectOptions some)
            {
                _ = signal.Connect(Hear, Weakly);
                _ = signal.Connect(order => _count++, Weakly);
                _ = signal.Connect(order => store.Save(order), Weakly);
                _ = signal.Connect(order => Console.WriteLine(order), Weakly);
                _ = signal.Connect(order => { var inner = 1; _count += inner; }, Weakly);
                _ = signal.Connect(order => Console.WriteLine(name));
                _ = signal.Connect(order => Console.WriteLine(name), new ConnectOptions { Once = true });
                _ = signal.Connect(order => Console.WriteLine(name), Weakly with { WeakReceiver = false });
                _ = signal.Connect(order => Console.WriteLine(name), some);
            }
        }
        """);
}
