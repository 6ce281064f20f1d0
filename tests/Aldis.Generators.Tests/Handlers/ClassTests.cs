using Aldis.Generators.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Generators.Tests.Handlers;

/// <summary>Classes that generated code has bound, at work.</summary>
public sealed class ClassTests
{
    [Fact]
    public async Task A_class_is_built_for_each_delivery_and_disposed_after_it()
    {
        var log = new List<string>();
        var seen = await Deliveries.OfAsync(bus => bus.AddHandlers<Builder>(), add => add.AddSingleton(log));
        Assert.Equal("made:{\"number\":7}", seen[0]);
        Assert.Equal(["built", "disposed"], log);
        Assert.Contains("takes System.Collections.Generic.List`1[System.String]", seen);
        Assert.Contains("is Aldis.Generators.Tests.Handlers.ClassTests+Builder.HandleAsync", seen);
    }

    [Fact]
    public async Task A_class_that_is_a_service_is_left_to_the_services()
    {
        var log = new List<string>();
        var builder = new Builder(log);
        await Deliveries.OfAsync(bus => bus.AddHandlers<Builder>(), add => add.AddSingleton(log).AddSingleton(builder));
        Assert.Equal(["built"], log);
    }

    [Fact]
    public async Task A_private_method_is_called() => Assert.Equal("made:{\"number\":7}", (await Deliveries.OfAsync(bus => bus.AddHandlers<WithPrivate>()))[0]);

    [Fact]
    public async Task A_private_method_of_an_object_is_called() => Assert.Equal("made:{\"number\":9}", (await Deliveries.OfAsync(bus => bus.AddHandlers<WithPrivateOfObject>()))[0]);

    [Fact]
    public async Task A_generic_class_is_bound_where_its_arguments_are_known()
        => Assert.Equal("made:{\"number\":4}", (await Deliveries.OfAsync(bus => bus.AddHandlers<Generic<List<int>>>(), add => add.AddSingleton<List<int>>([1, 2, 3, 4])))[0]);

    [Fact]
    public async Task An_override_and_what_is_inherited_are_handlers_of_the_derived_class()
        => Assert.Equal("made:{\"number\":2}", (await Deliveries.OfAsync(bus => bus.AddHandlers<Derived>()))[0]);

    [Fact]
    public async Task Without_a_service_an_optional_parameter_has_its_default()
        => Assert.Equal("made:{\"number\":5}", (await Deliveries.OfAsync(bus => bus.AddHandlers<WithOptional>()))[0]);

    [Fact]
    public async Task Every_faulty_method_is_told_of_as_by_reflection()
    {
        var expected = await Deliveries.FaultsAsync(ByReflection<WithFaults>);
        var generated = await Deliveries.FaultsAsync(bus => bus.AddHandlers<WithFaults>());
        Assert.Equal(3, expected.Length);
        Assert.Equal(expected.Order(), generated.Order());
    }

    [Fact]
    public async Task A_class_that_cannot_be_built_is_told_of()
    {
        Assert.StartsWith($"ALD1201 {typeof(Ambiguous)} cannot be built.", Assert.Single(await Deliveries.FaultsAsync(bus => bus.AddHandlers<Ambiguous>())), StringComparison.Ordinal);
        Assert.StartsWith($"ALD1201 {typeof(Abstract)} cannot be built.", Assert.Single(await Deliveries.FaultsAsync(bus => bus.AddHandlers<Abstract>())), StringComparison.Ordinal);
        Assert.Equal(await Deliveries.FaultsAsync(ByReflection<Derived[]>), await Deliveries.FaultsAsync(bus => bus.AddHandlers<Derived[]>()));
    }

    [Fact]
    public async Task A_class_without_handlers_is_told_of_as_by_reflection()
        => Assert.Equal(await Deliveries.FaultsAsync(ByReflection<Made>), await Deliveries.FaultsAsync(bus => bus.AddHandlers<Made>()));

    /// <summary>A type parameter cannot be seen through.</summary>
    private static void ByReflection<T>(EventBusBuilder bus) => bus.AddHandlers<T>();

    internal sealed class Builder : IAsyncDisposable
    {
        private readonly List<string> _log;

        public Builder(List<string> log) => (_log = log).Add("built");

        [Subscribe("group")]
        public async Task<Made> HandleAsync(Trigger trigger)
        {
            await Task.Yield();
            Assert.DoesNotContain("disposed", _log);
            return new Made(trigger.Number);
        }

        public ValueTask DisposeAsync()
        {
            _log.Add("disposed");
            return default;
        }
    }


    internal sealed class WithPrivate
    {
        [Subscribe("group")]
        private static Made Handle(Trigger trigger) => new(trigger.Number);
    }

    internal sealed class WithPrivateOfObject
    {
        private readonly int _more = 2;

        [Subscribe("group")]
        private Made Handle(Trigger trigger) => new(trigger.Number + _more);
    }

    internal sealed class Generic<T> where T : ICollection<int>
    {
        [Subscribe("group")]
        public Made Handle(Trigger _, T made) => new(made.Count);
    }

    internal abstract class Abstract
    {
        [Subscribe("group")]
        public virtual Made Handle(Trigger _) => new(1);
    }

    internal sealed class Derived : Abstract
    {
        public override Made Handle(Trigger _) => new(2);
    }

    internal sealed class WithOptional
    {
        [Subscribe("group")]
        public Made Handle(Trigger _, string? text = null, int number = 5, DayOfWeek day = DayOfWeek.Friday, decimal much = 1.5m, char letter = '\'')
            => new(text is null && day == DayOfWeek.Friday && much == 1.5m && letter == '\'' ? number : 0);
    }

    internal sealed class Ambiguous
    {
        public Ambiguous()
        {
        }

        public Ambiguous(Made made) => Made = made;

        public Made? Made { get; }

        [Subscribe("group")]
        public void Handle(Trigger _)
        {
        }
    }

    internal sealed class WithFaults
    {
        [Subscribe("not valid")]
        public void Named(Trigger _)
        {
        }

        [Subscribe("group")]
        public void Nothing()
        {
        }

        [Subscribe("group")]
        public bool Wrong(Trigger trigger) => trigger.Number > 1;
    }
}
