using Aldis.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Tests.Catalog;

public sealed class HandlerShapeTests
{
    public static TheoryData<string, Delegate> Invalid => new()
    {
        { "nothing", () => { } },
        { "only what is supplied", (EventContext _, CancellationToken _) => { } },
        { "two marked events", (Trigger _, Made _) => { } },
        { "a string", (string _) => { } },
        { "a number", (int _) => { } },
        { "an amount", (decimal _) => { } },
        { "a time", (DateTimeOffset _) => { } },
        { "an array", (Trigger[] _) => { } },
        { "a list", (IReadOnlyList<Trigger> _) => { } },
        { "a task", (Task<Trigger> _) => { } },
        { "anything", (object _) => { } },
        { "a reference", (ref Point _) => { } },
    };

    [Theory]
    [MemberData(nameof(Invalid), DisableDiscoveryEnumeration = true)]
    public void What_is_no_handler_is_refused(string takes, Delegate handler)
    {
        var error = Assert.Throws<AldisException>(() => new Binding().Bind(handler));
        Assert.Equal("ALD1202", error.Code);
        Assert.NotEmpty(takes);
    }

    [Fact]
    public async Task Besides_the_event_it_may_take_what_Aldis_and_the_services_supply_in_any_order()
    {
        using var cancel = new CancellationTokenSource();
        await using var services = Binding.With(add => add.AddSingleton("from the services"));
        var seen = new List<object>();
        var binding = new Binding { Services = services, Cancellation = cancel.Token };
        await binding.CallAsync((CancellationToken token, EventContext context, Trigger trigger, string text)
            => seen.AddRange([token, context.Attempt, trigger, text]));
        Assert.Equal([cancel.Token, 3, new Trigger(7), "from the services"], seen);
    }

    [Fact]
    public async Task Without_a_mark_the_first_parameter_is_the_event()
    {
        await using var services = Binding.With(add => add.AddSingleton("text"));
        Point? seen = null;
        await new Binding { Services = services }.CallAsync((Point point, string _) => { seen = point; });
        Assert.Equal(new Point(7), seen);
    }

    [Fact]
    public async Task An_optional_parameter_is_supplied_if_it_can_be()
    {
        await using var services = Binding.With(add => add.AddSingleton("supplied"));
        var seen = new List<string>();
        var handler = (Trigger _, string text = "default", int number = 5) => { seen.Add($"{text} {number}"); };
        await new Binding { Services = services }.CallAsync(handler);
        await new Binding().CallAsync(handler);
        Assert.Equal(["supplied 5", "default 5"], seen);
    }

    [Fact]
    public void An_optional_parameter_is_no_need()
    {
        var subscription = new Binding().Bind((Trigger _, EventContext _, Clock _, string _ = "") => { });
        Assert.Equal([typeof(Clock)], subscription.Services);
    }

    [Fact]
    public async Task A_static_method_is_a_handler() => Assert.Equal(["made:7"], await new Binding().CallAsync(Static));

    [Fact]
    public async Task A_method_of_an_object_is_a_handler() => Assert.Equal(["made:17"], await new Binding().CallAsync(new Adder(10).Add));

    [Fact]
    public async Task An_extension_method_on_an_object_is_a_handler() => Assert.Equal(["made:17"], await new Binding().CallAsync(new Adder(10).Extend));

    [Fact]
    public async Task What_a_handler_throws_arrives_as_it_is()
    {
        var binding = new Binding();
        await Assert.ThrowsAsync<TimeoutException>(() => binding.CallAsync((Trigger _) => { Throw(); }));
        await Assert.ThrowsAsync<TimeoutException>(() => binding.CallAsync((Trigger _) => Throw() ? new Made(1) : null));
        await Assert.ThrowsAsync<TimeoutException>(() => binding.CallAsync(async (Trigger _) =>
        {
            await Task.Yield();
            Throw();
        }));
        await Assert.ThrowsAsync<TimeoutException>(() => binding.CallAsync((Trigger _) => Enumerable.Range(0, 1).Select(_ => Throw() ? new Made(1) : null)));
        Assert.IsType<DeadLetterException>(await Record.ExceptionAsync(() => binding.CallAsync((Trigger _) => Give())));
    }

    [Fact]
    public void Its_origin_names_the_method() => Assert.Equal($"{typeof(HandlerShapeTests).FullName}.Static", new Binding().Bind(Static).Origin);

    private static Made Static(Trigger trigger) => new(trigger.Number);

    private static bool Throw() => throw new TimeoutException();

    private static void Give() => throw new DeadLetterException("no use");
}

internal sealed class Adder(int number)
{
    public int Number => number;

    public Made Add(Trigger trigger) => new(trigger.Number + number);
}

internal static class AdderExtensions
{
    public static Made Extend(this Adder adder, Trigger trigger) => new(trigger.Number + adder.Number);
}
