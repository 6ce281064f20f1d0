using Aldis.Generators.Analyzers;

namespace Aldis.Generators.Tests.Analyzers;

public sealed class BoundTwiceTests
{
    [Fact]
    public Task A_second_handler_replaces_the_first() => Check.ReportsAsync<BoundTwiceAnalyzer>("ALD9009", """
        class Window
        {
            private readonly Callback<OrderPlaced> _ordered = new();

            public Window()
            {
                _ordered.Bind(order => Console.WriteLine(order));
                _ordered.[|Bind|](order => Console.Error.WriteLine(order));
            }
        }
        """);

    [Fact]
    public Task To_replace_a_handler_that_had_its_time_is_right() => Check.IsSilentAsync<BoundTwiceAnalyzer>("""
        class Window(Callback<OrderPlaced> ordered, Callback<OrderPlaced> other)
        {
            public void Show(OrderPlaced order, bool isLoud)
            {
                ordered.Bind(order => Console.WriteLine(order));
                other.Bind(order => Console.WriteLine(order));
                ordered.Invoke(order);
                ordered.Bind(order => Console.Error.WriteLine(order));
                if (isLoud)
                {
                    other.Unbind();
                    other.Bind(order => Console.Beep());
                }
                else
                {
                    var before = other.Bind(order => { });
                }
            }
        }
        """);
}
