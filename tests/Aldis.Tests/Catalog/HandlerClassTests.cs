using Aldis.Tests.Support;
using Microsoft.Extensions.DependencyInjection;

namespace Aldis.Tests.Catalog;

public sealed class HandlerClassTests
{
    [Fact]
    public async Task A_class_is_built_from_the_services_for_each_delivery()
    {
        var built = new List<Invoices>();
        await using var services = Binding.With(add => add.AddSingleton(built));
        var binding = new Binding { Services = services };
        var subscription = Assert.Single(binding.BindClass<Invoices>());
        Assert.Equal(["made:7"], await binding.CallAsync(subscription));
        Assert.Equal(["made:7"], await binding.CallAsync(subscription));
        Assert.Equal(2, built.Distinct().Count());
        Assert.Equal(("billing", 4), (subscription.Group.Value, subscription.Options.Concurrency));
        Assert.Equal([typeof(List<Invoices>)], subscription.Services);
    }

    [Fact]
    public async Task What_was_built_for_a_delivery_is_disposed_after_it_and_a_service_is_not()
    {
        var disposed = new List<Closing>();
        await using (var services = Binding.With(add => add.AddSingleton(disposed)))
        {
            var binding = new Binding { Services = services };
            await binding.CallAsync(Assert.Single(binding.BindClass<Closing>()));
            Assert.Single(disposed);
        }

        await using (var services = Binding.With(add => add.AddSingleton(disposed).AddSingleton<Closing>()))
        {
            var binding = new Binding { Services = services };
            await binding.CallAsync(Assert.Single(binding.BindClass<Closing>()));
            Assert.Single(disposed);
        }

        Assert.Equal(2, disposed.Count);
    }

    [Fact]
    public async Task A_static_method_needs_no_instance()
    {
        var binding = new Binding();
        Assert.Equal(["made:7"], await binding.CallAsync(Assert.Single(binding.BindClass<WithStatic>())));
    }

    [Fact]
    public void A_method_may_work_for_several_groups()
        => Assert.Equal(["one", "two"], new Binding().BindClass<WithGroups>().Select(subscription => subscription.Group.Value).Order());

    [Fact]
    public void A_class_without_handlers_is_refused() => Assert.Equal("ALD1202", Assert.Throws<AldisException>(() => new Binding().BindClass<Clock>()).Code);

    [Fact]
    public void A_class_that_cannot_be_built_is_refused()
    {
        var error = Assert.Throws<ConfigurationException>(() => new Binding().BindClass<WithTwoConstructors>());
        Assert.Equal("ALD1201", error.Code);
        Assert.Contains(nameof(WithTwoConstructors), error.Message, StringComparison.Ordinal);
        Assert.Equal("ALD1201", Assert.Throws<ConfigurationException>(() => new Binding().BindClass<Abstract>()).Code);
    }

    [Fact]
    public void Only_what_the_constructor_must_have_is_a_need()
    {
        Assert.Empty(Assert.Single(new Binding().BindClass<WithOptional>()).Services);
        Assert.Equal([typeof(Clock)], Assert.Single(new Binding().BindClass<WithPreferred>()).Services);
    }

    [Fact]
    public void Every_faulty_method_is_listed()
    {
        var error = Assert.Throws<ConfigurationException>(() => new Binding().BindClass<WithFaults>());
        Assert.Equal(["ALD1001", "ALD1202", "ALD1202"], error.Faults.Select(fault => fault.Code.Id).Order());
    }

    [Fact]
    public async Task What_its_constructor_throws_arrives_as_it_is()
    {
        var binding = new Binding();
        var subscription = Assert.Single(binding.BindClass<WithBomb>());
        await Assert.ThrowsAsync<TimeoutException>(() => binding.CallAsync(subscription));
    }

    internal sealed class Invoices
    {
        public Invoices(List<Invoices> built) => built.Add(this);

        [Subscribe("billing", Concurrency = 4)]
        public ValueTask<Made> Handle(Trigger trigger) => new(new Made(trigger.Number));

        public void Other(Trigger _)
        {
        }
    }

    internal sealed class Closing(List<Closing> disposed) : IDisposable
    {
        [Subscribe("closing")]
        public void Handle(Trigger _) => Assert.DoesNotContain(this, disposed);

        public void Dispose() => disposed.Add(this);
    }

    internal sealed class WithStatic(Clock clock)
    {
        public Clock Clock => clock;

        [Subscribe("billing")]
        private static Made Handle(Trigger trigger) => new(trigger.Number);
    }

    internal sealed class WithGroups
    {
        [Subscribe("one")]
        [Subscribe("two")]
        public void Handle(Trigger _)
        {
        }
    }

    internal abstract class Abstract
    {
        [Subscribe("group")]
        public void Handle(Trigger _)
        {
        }
    }

    internal sealed class WithTwoConstructors
    {
        public WithTwoConstructors()
        {
        }

        public WithTwoConstructors(Clock clock) => Clock = clock;

        public Clock? Clock { get; }

        [Subscribe("group")]
        public void Handle(Trigger _)
        {
        }
    }

    internal sealed class WithPreferred
    {
        public WithPreferred(string text) => Text = text;

        [ActivatorUtilitiesConstructor]
        public WithPreferred(Clock clock) => Text = $"{clock}";

        public string Text { get; }

        [Subscribe("group")]
        public void Handle(Trigger _)
        {
        }
    }

    internal sealed class WithOptional(Clock? clock = null)
    {
        public Clock? Clock => clock;

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

    internal sealed class WithBomb
    {
        public WithBomb() => throw new TimeoutException();

        [Subscribe("group")]
        public void Handle(Trigger _)
        {
        }
    }
}
