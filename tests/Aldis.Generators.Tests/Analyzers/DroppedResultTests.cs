using Aldis.Generators.Analyzers;
using Aldis.Generators.CodeFixes;

namespace Aldis.Generators.Tests.Analyzers;

public sealed class DroppedResultTests
{
    [Fact]
    public Task A_connection_to_what_lives_longer_is_kept() => Check.ReportsAsync<DroppedResultAnalyzer>("ALD9011", """
        class Listener(Signal<OrderPlaced> given, Subject<OrderPlaced> subject, Signal<OrderPlaced, int> asking)
        {
            private static readonly Signal<OrderPlaced> Shared = new();

            private int _count;

            public void Listen(string name, Listener other, Signal<OrderPlaced>? maybe)
            {
                Signal.Named<OrderPlaced>("orders.placed").[|Connect|](Hear);
                Shared.[|Connect|](order => _count++);
                given.[|Connect|](order => Console.WriteLine(name));
                given.[|Connect|](other.Hear, "shop");
                maybe?.[|Connect|](Hear);
                subject.[|Subscribe|](Hear);
                asking.[|Connect|](order => _count);
                new BeforeAfter<OrderPlaced>("order").After.[|Connect|](Hear);
            }

            public void Hear(OrderPlaced order) => _count++;
        }
        """);

    [Fact]
    public Task A_mute_and_a_using_statement_without_its_using_are_always_wrong() => Check.ReportsAsync<DroppedResultAnalyzer>("ALD9011", """
        var signal = new Signal<OrderPlaced>();
        signal.[|Muted|]();
        signal.[|ConnectedTo|](order => { });
        """);

    [Fact]
    public Task What_is_kept_ended_or_meant_to_last_is_right() => Check.IsSilentAsync<DroppedResultAnalyzer>("""
        class Listener(Signal<OrderPlaced> signal)
        {
            private IDisposable? _connection;

            public void Listen()
            {
                using var here = signal.Connect(Hear);
                _connection = signal.Connect(Hear);
                _ = signal.Connect(Hear);
                signal.Connect(Hear).Dispose();
                signal.Connect(Hear, new ConnectOptions { Once = true });
                signal.Connect(Hear, new ConnectOptions { WeakReceiver = true });
                Hold(signal.Connect(Hear));
            }

            private IDisposable Again() => signal.Connect(Hear);

            private static void Hold(IDisposable connection) => connection.Dispose();

            private void Hear(OrderPlaced order) => Console.WriteLine(this);
        }
        """);

    [Fact]
    public Task A_receiver_that_holds_no_object_may_stay() => Check.IsSilentAsync<DroppedResultAnalyzer>("""
        static class Log
        {
            private const string Mark = "-";

            public static void Connect(Signal<OrderPlaced> signal)
            {
                signal.Connect(Write);
                signal.Connect(order => Console.WriteLine(Mark + order.Id));
                Signal.Named<OrderPlaced>("orders.placed").Connect(order => { var text = order.Id; Write(order); });
            }

            private static void Write(OrderPlaced order) => Console.WriteLine(order);
        }
        """);

    [Fact]
    public Task A_signal_of_ones_own_goes_with_its_connections() => Check.IsSilentAsync<DroppedResultAnalyzer>("""
        class Window
        {
            private readonly Signal<OrderPlaced> _signal = new();
            private readonly BeforeAfter<OrderPlaced> _saving = new();
            private readonly SignalSpace _space = new();
            private int _count;

            public Window(Store store)
            {
                _signal.Connect(Hear);
                _saving.After.Connect(store.Save);
                Placed.Connect(Hear);
                Subject.Subscribe(Hear);
                var signal = new Signal<OrderPlaced>();
                signal.Connect(order => _count++);
            }

            public Subject<OrderPlaced> Subject { get; } = new();

            private Signal<OrderPlaced> Placed => _space.Get<OrderPlaced>("placed");

            private void Hear(OrderPlaced order) => _count++;
        }
        """);

    [Fact]
    public Task Statements_of_a_program_run_once() => Check.ReportsAsync<DroppedResultAnalyzer>("ALD9011", """
        var count = 0;
        var signal = Signal.Named<OrderPlaced>("orders.placed");
        signal.Connect(order => count++);
        if (args.Length > 0)
        {
            signal.Connect(order => count--);
        }

        while (count > 0)
        {
            signal.[|Connect|](order => count++);
        }

        Again();

        void Again() => signal.[|Connect|](order => count++);
        """);

    [Fact]
    public Task One_fix_ends_it_with_the_block() => Check.FixesAsync<DroppedResultAnalyzer, DroppedResultFix>("End it with this block", """
        class Listener(Signal<OrderPlaced> signal, Subject<OrderPlaced>? subject)
        {
            public void Listen()
            {
                // Hears.
                signal.Connect(Hear); // at last
                signal.Connect(Hear, this);
                subject?.Subscribe(Hear);
            }

            private void Hear(OrderPlaced order) => Console.WriteLine(this);
        }
        """, """
        class Listener(Signal<OrderPlaced> signal, Subject<OrderPlaced>? subject)
        {
            public void Listen()
            {
                // Hears.
                using var connection = signal.Connect(Hear); // at last
                using var connection2 = signal.Connect(Hear, this);
                using var subscription = subject?.Subscribe(Hear);
            }

            private void Hear(OrderPlaced order) => Console.WriteLine(this);
        }
        """);

    [Fact]
    public Task The_other_says_that_it_shall_last() => Check.FixesAsync<DroppedResultAnalyzer, DroppedResultFix>("Let it last", """
        class Listener(Signal<OrderPlaced>? signal)
        {
            public void Listen() => signal?.Connect(Hear);

            public void Again()
            {
                // Hears.
                signal!.Connect(Hear);
            }

            private void Hear(OrderPlaced order) => Console.WriteLine(this);
        }
        """, """
        class Listener(Signal<OrderPlaced>? signal)
        {
            public void Listen() => _ = signal?.Connect(Hear);

            public void Again()
            {
                // Hears.
                _ = signal!.Connect(Hear);
            }

            private void Hear(OrderPlaced order) => Console.WriteLine(this);
        }
        """);

    [Fact]
    public Task Marked_methods_that_are_connected_hold_their_object() => Check.ReportsAsync<DroppedResultAnalyzer>("ALD9011", """
        class Board(SignalSpace? given)
        {
            public void Listen(SignalSpace space, Board other)
            {
                SignalSpace.Default.[|ConnectReceivers|](this);
                space.[|ConnectReceivers|](other);
                given?.[|ConnectReceivers|](new Late());
            }

            [Receives("orders.placed")]
            private void Show(OrderPlaced order) => Console.WriteLine(this);
        }

        class Late
        {
            [Receives("orders.placed", Once = true)]
            public void ShowOnce(OrderPlaced order) { }

            [Receives("invoices.issued", Once = false)]
            protected virtual void Show(InvoiceIssued invoice) { }
        }

        class Later : Late
        {
            public void Listen() => SignalSpace.Default.[|ConnectReceivers|](this);

            protected override void Show(InvoiceIssued invoice) { }
        }
        """);

    [Fact]
    public Task Marked_methods_may_stay_connected_where_their_object_is_kept_let_go_or_none() => Check.IsSilentAsync<DroppedResultAnalyzer>("""
        SignalSpace.Default.ConnectReceivers(new Board());

        class Board
        {
            private readonly SignalSpace _own = new();

            public Board() => _own.ConnectReceivers(this);

            public IDisposable Listen(SignalSpace space)
            {
                using var here = space.ConnectReceivers(this);
                _ = space.ConnectReceivers(this);
                space.ConnectReceivers(this).Dispose();
                new SignalSpace().ConnectReceivers(this);
                return space.ConnectReceivers(this);
            }

            [Receives("orders.placed")]
            private void Show(OrderPlaced order) => Console.WriteLine(this);
        }

        class Once
        {
            public void Listen(SignalSpace space) => space.ConnectReceivers(this);

            [Receives("orders.placed", Once = true)]
            private void Show(OrderPlaced order) => Console.WriteLine(this);

            [Receives("orders.placed")]
            private static void Log(OrderPlaced order) => Console.WriteLine(order);
        }

        static class Log
        {
            public static void Connect(SignalSpace space)
            {
                space.ConnectReceivers(typeof(Log));
                space.ConnectReceivers(typeof(Board));
            }

            [Receives("orders.placed")]
            private static void Write(OrderPlaced order) => Console.WriteLine(order);
        }
        """);

    [Fact]
    public Task Marked_methods_are_mended_alike() => Check.FixesAsync<DroppedResultAnalyzer, DroppedResultFix>("Let it last", """
        class Board
        {
            public Board(SignalSpace space) => space.ConnectReceivers(this);

            [Receives("orders.placed")]
            private void Show(OrderPlaced order) => Console.WriteLine(this);
        }
        """, """
        class Board
        {
            public Board(SignalSpace space) => _ = space.ConnectReceivers(this);

            [Receives("orders.placed")]
            private void Show(OrderPlaced order) => Console.WriteLine(this);
        }
        """);

    [Fact]
    public async Task A_mute_shall_not_last() => Assert.Equal(["End it with this block"], await Check.TitlesAsync<DroppedResultAnalyzer, DroppedResultFix>("""
        class Quiet
        {
            public void Be(Signal<OrderPlaced> signal)
            {
                signal.Muted();
            }
        }
        """));
}
