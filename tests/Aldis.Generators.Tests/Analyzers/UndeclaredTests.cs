using Aldis.Generators.Analyzers;
using Aldis.Generators.CodeFixes;

namespace Aldis.Generators.Tests.Analyzers;

public sealed class UndeclaredTests
{
    [Fact]
    public Task What_nobody_declares_cannot_be_published() => Check.ReportsAsync<UndeclaredAnalyzer>("ALD9014", """
        record Moved;

        record Stood;

        record Gone;

        class Publisher(IEventBus bus)
        {
            public async Task Go(EventContext context, EventBus started)
            {
                await bus.[|PublishAsync|](new Moved());
                _ = started.[|Topic<Stood>|]();
                context.[|Publish|](new Gone());
            }
        }
        """);

    [Fact]
    public Task What_is_declared_in_any_way_can_be() => Check.IsSilentAsync<UndeclaredAnalyzer>("""
        [Event] record Marked;
        record Added;
        record Handled;
        record Typed;
        record Returned;
        record Streamed;
        record Listed;
        record Carried;
        record Scheduled;
        record Daily;

        class Publisher(IEventBus bus)
        {
            public static void Add(EventBusBuilder bus, Signal<Carried> signal) => bus.AddEvent<Added>().Subscribe("a", (Handled handled) => new Returned())
                .Subscribe<Typed>("b", (typed, context) => default).Carry(signal)
                .AddSchedule("c", Timetable.Every(TimeSpan.FromHours(1)), slot => new Scheduled()).AddCron("d", "@daily", slot => new Daily());

            [Subscribe("c")]
            public async IAsyncEnumerable<Streamed> Stream(OrderPlaced order) { await Task.Yield(); yield break; }

            [Subscribe("d")]
            public Task<(Listed, InvoiceIssued?)> List(InvoiceIssued invoice) => Task.FromResult<(Listed, InvoiceIssued?)>((new(), null));

            public async Task Go<T>(T any, IFormattable some) where T : notnull
            {
                await bus.PublishAsync(new Marked());
                await bus.PublishAsync(new Added());
                await bus.PublishAsync(new Handled());
                await bus.PublishAsync(new Typed());
                await bus.PublishAsync(new Returned());
                await bus.PublishAsync(new Streamed());
                await bus.PublishAsync(new Listed());
                await bus.PublishAsync(new Carried());
                await bus.PublishAsync(new Scheduled());
                await bus.PublishAsync(new Daily());
                await bus.PublishAsync(any);
                await bus.PublishAsync(some);
                await bus.PublishAsync((object)new Publisher(bus));
                await bus.PublishAsync(new Version(1, 2));
            }
        }
        """);

    [Fact]
    public Task Where_any_type_may_be_declared_nothing_is_known() => Check.IsSilentAsync<UndeclaredAnalyzer>("""
        record Moved;

        static class Setup
        {
            public static void Add<T>(EventBusBuilder bus) where T : notnull => bus.AddEvent<T>();

            public static async Task Go(IEventBus bus) => await bus.PublishAsync(new Moved());
        }
        """);

    [Fact]
    public Task Where_a_handler_cannot_be_seen_nothing_is_known() => Check.IsSilentAsync<UndeclaredAnalyzer>("""
        record Moved;

        static class Setup
        {
            public static void Add(EventBusBuilder bus, Delegate handler) => bus.Subscribe("a", handler);

            public static async Task Go(IEventBus bus) => await bus.PublishAsync(new Moved());
        }
        """);

    [Fact]
    public Task The_fix_marks_it() => Check.FixesAsync<UndeclaredAnalyzer, UndeclaredFix>("Mark it with [Event]", """
        class Publisher(IEventBus bus)
        {
            public async Task Go() => await bus.PublishAsync(new Moved());

            // Something moved.
            public sealed record Moved;
        }
        """, """
        class Publisher(IEventBus bus)
        {
            public async Task Go() => await bus.PublishAsync(new Moved());

            // Something moved.
            [Event]
            public sealed record Moved;
        }
        """);
}
