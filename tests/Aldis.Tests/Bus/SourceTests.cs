using Aldis.Errors;

namespace Aldis.Tests.Bus;

/// <summary>What a source can rely on.</summary>
public sealed class SourceTests
{
    private static readonly Fault _trouble = new(ErrorCodes.RowsUnavailable, "The well is dry.");

    [Fact]
    public async Task It_starts_when_handlers_are_there_and_publishes_to_its_end()
    {
        var source = new Well();
        var handled = new TaskCompletionSource<string>();
        var bus = await EventBus.StartAsync(bus => bus.UseInMemory().AddSource(_ => source).Subscribe<Drawn>("cook", (drawn, _) =>
        {
            handled.TrySetResult(drawn.What);
            return ValueTask.CompletedTask;
        }));
        source.Trouble = _trouble;
        Assert.Equal([_trouble], bus.Troubles);
        Assert.Equal("first", await handled.Task.WaitAsync(TimeSpan.FromSeconds(10)));
        await bus.DisposeAsync();
        Assert.True(source.IsDisposed);
    }

    [Fact]
    public async Task What_is_wrong_with_it_is_listed_with_all_other_faults()
    {
        var error = await Assert.ThrowsAsync<ConfigurationException>(async () => await EventBus.StartAsync(bus => bus.AddSource(_ => throw new AldisException(_trouble))));
        Assert.Equal(["ALD2603", "ALD1302"], error.Faults.Select(fault => fault.Code.Id).OrderDescending());
    }

    [Fact]
    public async Task A_bus_whose_source_cannot_work_does_not_start_and_leaves_nothing()
    {
        var (first, second) = (new Well(), new Well { Fails = true });
        await Assert.ThrowsAsync<AldisException>(async () => await EventBus.StartAsync(bus => bus.UseInMemory().AddSource(_ => first).AddSource(_ => second)));
        Assert.Equal((true, true), (first.IsDisposed, second.IsDisposed));
    }

    [Event("sources.drawn")]
    internal sealed record Drawn(string What);

    private sealed class Well : ISource
    {
        private IEventBus? _bus;

        public bool Fails { get; init; }

        public bool IsDisposed { get; private set; }

        public Fault? Trouble { get; set; }

        public async ValueTask StartAsync(IEventBus bus, CancellationToken cancel)
        {
            _bus = Fails ? throw new AldisException(_trouble) : bus;
            await bus.PublishAsync(new Drawn("first"), cancel: cancel);
        }

        public async ValueTask DisposeAsync()
        {
            IsDisposed = true;
            if (_bus is not null)
            {
                await _bus.PublishAsync(new Drawn("last"));
            }
        }
    }
}
