using Aldis.Generators.Tests.Support;

namespace Aldis.Generators.Tests.Handlers;

/// <summary>Sources that are allowed and seldom seen: what is generated for them compiles.</summary>
public sealed class OddSourceTests
{
    [Theory]
    [InlineData("Partial", "partial class A { [Subscribe(\"a\")] public partial void Handle(Version one); } partial class A { [Subscribe(\"b\")] public partial void Handle(Version one) { } }")]
    [InlineData("In two files", "partial class A { [Subscribe(\"a\")] void One(Version one) { } } partial class A { [Subscribe(\"b\")] void Two(Uri one) { } }")]
    [InlineData("Accessor", "class A { public int Number { [Subscribe(\"a\")] get => 1; } }")]
    [InlineData("Names alike", "class A_B { [Subscribe(\"a\")] void Handle(Version one) { } } namespace A { class B { [Subscribe(\"b\")] void Handle(Version one) { } } }")]
    [InlineData("Overloads", "class A { [Subscribe(\"a\")] void Handle(Version one) { } [Subscribe(\"a\")] void Handle(Uri one) { } [Subscribe(\"b\")] void Handle(Uri one, int two = 2) { } }")]
    [InlineData("Keywords", "namespace @event { class @class { [Subscribe(\"a\")] public void @void(Version @event, EventContext context, List<@class>? @null = null) { } } }")]
    [InlineData("Explicit", "interface IHandle { void Handle(Version one); } class A : IHandle { [Subscribe(\"a\")] void IHandle.Handle(Version one) { } }")]
    [InlineData("Obsolete", "[Obsolete] class A { [Obsolete, Subscribe(\"a\")] public void Handle(Version one) { } }")]
    public void A_class_is_bound(string kind, string source)
    {
        var files = new Compiling(("Odd.cs", source + "static class Program { static void Say<T>(EventBusBuilder bus) => bus.AddAllHandlers(); }")).Generate();
        Assert.Contains(files.Keys, file => file.StartsWith("Add_", StringComparison.Ordinal));
        Assert.NotEmpty(kind);
    }

    [Theory]
    [InlineData("bus?.Subscribe(\"a\", (Version one) => { })")]
    [InlineData("bus.Subscribe(handler: (Version one) => { }, group: \"a\")")]
    [InlineData("bus.Subscribe(\"a\", static async (Version one, CancellationToken cancel) => { await Task.Yield(); return (one, default(Uri?)); })")]
    [InlineData("bus.Subscribe(\"a\", (Action<Version>)(one => { }))")]
    [InlineData("bus.Subscribe(\"a\", delegate (Version one) { })")]
    [InlineData("bus.Subscribe(\"a\", new List<Version>().Add)")]
    [InlineData("HostExtensions.MapEvent(host, \"a\", (Version one) => { })")]
    [InlineData("bus.Subscribe(\"a\", ((int Number, string Text) one) => { })")]
    [InlineData("bus.Subscribe<Version>(\"a\", handler: typed)")]
    public void A_call_is_bound(string call)
    {
        var files = new Compiling(("Odd.cs", $$"""
            static class Program
            {
                static void Say<T>(EventBusBuilder bus, Microsoft.Extensions.Hosting.IHost host, Func<Version, EventContext, ValueTask> typed) => {{call}};
            }
            """)).Generate();
        Assert.Contains(files.Keys, file => file.StartsWith("Odd_cs.", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("Sender = new[] { 1 }")]
    [InlineData("Sender = typeof(string), Priority = -1")]
    [InlineData("Sender = DayOfWeek.Friday")]
    [InlineData("Sender = 'a', Once = true")]
    [InlineData("Sender = 1.5f")]
    [InlineData("Sender = null")]
    public void A_sender_may_be_any_constant(string options)
    {
        var files = new Compiling(("Odd.cs", $$"""
            class A
            {
                [Receives("a", {{options}})]
                public ValueTask<int> Answer(Version one, CancellationToken cancel) => new(1);

                public IDisposable Connect(SignalSpace signals) => signals.ConnectReceivers(this);
            }
            """)).Generate();
        Assert.Contains(files.Keys, file => file.StartsWith("Odd_cs.", StringComparison.Ordinal));
    }
}
