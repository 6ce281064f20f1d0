using System.Collections.Concurrent;
using Aldis.Pipeline;
using Aldis.Tests.Support;
using Aldis.Transports;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Tests.Pipeline;

public sealed class StepTests
{
    private readonly ConcurrentQueue<string> _said = new();

    [Fact]
    public async Task Steps_stand_around_the_handler_the_first_added_outermost()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Use(Saying("outer")).Use(Saying("inner")).Subscribe<OrderPlaced>("billing", Say));
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => _said.Count == 5, "all steps");
        Assert.Equal(["outer in", "inner in", "handler", "inner out", "outer out"], _said);
    }

    [Fact]
    public async Task A_step_stands_inside_the_retry_and_sees_every_try()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus.Use(Saying("step"))
            .Subscribe<OrderPlaced>("billing", (_, _) => throw new InvalidOperationException(), Policies.Of(attempts: 2, immediate: 1)));
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.DeadLetterAsync();
        Assert.Equal(["step in", "step in", "step in", "step in"], _said);
    }

    [Fact]
    public async Task What_a_step_throws_is_retried_like_what_a_handler_throws()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Use(_ => _ => throw new InvalidOperationException("the step is tired"))
            .Subscribe<OrderPlaced>("billing", Say, Policies.Once));
        await stage.PublishAsync(new OrderPlaced("A"));
        Assert.Contains("the step is tired", (await stage.DeadLetterAsync()).Reason, StringComparison.Ordinal);
        Assert.Empty(_said);
    }

    [Fact]
    public async Task A_step_may_decide_without_the_handler()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Use(_ => _ => new(Verdict.Dead("not today")))
            .Subscribe<OrderPlaced>("billing", Say));
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 1, "the verdict");
        Assert.Equal(Verdict.Dead("not today"), stage.Transport.Settlements.Single().Verdict);
        Assert.Empty(_said);
    }

    [Fact]
    public async Task What_was_published_is_forgotten_when_a_step_decides_otherwise()
    {
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Use(next => async context =>
            {
                await next(context);
                return Verdict.Dead("on second thought");
            })
            .Subscribe<OrderPlaced>("billing", (order, context) =>
            {
                context.Publish(new OrderPlaced(order.Id));
                return ValueTask.CompletedTask;
            }));
        await stage.PublishAsync(new OrderPlaced("A"));
        await Clock.StandingStillUntilAsync(() => stage.Transport.Settled == 1, "the verdict");
        Assert.Equal("on second thought", stage.Transport.Settlements.Single().Verdict.Reason);
        Assert.Empty(stage.Transport.Settlements.Single().Published);
    }

    [Fact]
    public async Task A_step_is_made_once_for_each_handler_and_not_for_each_event()
    {
        var made = 0;
        await using var stage = await BusStage.StartedAsync(bus => bus
            .Use(next =>
            {
                made++;
                return next;
            })
            .Subscribe<OrderPlaced>("billing", Say).Subscribe<OrderShipped>("billing", Say));
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.PublishAsync(new OrderPlaced("B"));
        await stage.PublishAsync(new OrderShipped("C"));
        await Clock.StandingStillUntilAsync(() => _said.Count == 3, "three events");
        Assert.Equal(2, made);
    }

    [Fact]
    public async Task Each_try_has_a_scope_of_services_of_its_own_which_ends_with_it()
    {
        var units = new ConcurrentQueue<(Unit Unit, bool Ended)>();
        await using var services = new ServiceCollection().AddScoped<Unit>().BuildServiceProvider();
        await using var stage = await BusStage.StartedAsync(
            bus => bus
                .Use(next => context =>
                {
                    context.Services.GetRequiredService<Unit>().SeenByStep = true;
                    return next(context);
                })
                .Subscribe<OrderPlaced>("billing", (_, context) =>
                {
                    var unit = context.Services.GetRequiredService<Unit>();
                    units.Enqueue((unit, unit.Ended));
                    return units.Count < 3 ? throw new InvalidOperationException() : ValueTask.CompletedTask;
                }, Policies.Of(attempts: 2, immediate: 1)),
            services);
        await stage.PublishAsync(new OrderPlaced("A"));
        await stage.UntilAsync(() => units.Count == 3 && units.All(unit => unit.Unit.Ended), "three tries, and the end of their scopes");
        Assert.Equal(3, units.Select(unit => unit.Unit).Distinct().Count());
        Assert.All(units, unit => Assert.True(unit.Unit.SeenByStep && !unit.Ended));
    }

    private Step Saying(string name) => next => async context =>
    {
        _said.Enqueue($"{name} in");
        var verdict = await next(context);
        _said.Enqueue($"{name} out");
        return verdict;
    };

    private ValueTask Say<T>(T @event, EventContext context)
    {
        _said.Enqueue("handler");
        return ValueTask.CompletedTask;
    }

    private sealed class Unit : IDisposable
    {
        public bool SeenByStep { get; set; }

        public bool Ended { get; private set; }

        public void Dispose() => Ended = true;
    }
}
