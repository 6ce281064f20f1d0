using System.Diagnostics;
using System.Globalization;
using Aldis.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Aldis.Generators.Tests.Handlers;

public sealed class IncrementalTests
{
    private const string Handlers = """
        [Event("orders.placed")] public sealed record OrderPlaced(string Id);

        public sealed class Billing
        {
            [Subscribe("billing")] public void Handle(OrderPlaced order) { }
            [Receives("shown")] public void Show(OrderPlaced order) { }
        }

        static class Program
        {
            static void Say(EventBusBuilder bus, SignalSpace signals)
            {
                bus.AddHandlers<Billing>().AddAllHandlers().Subscribe("audit", (OrderPlaced order) => order);
                signals.ConnectReceivers(new Billing());
            }

            static async Task PublishAsync(IEventBus bus) => await bus.PublishAsync(new OrderPlaced("A"));
        }
        """;

    [Fact]
    public void An_edit_elsewhere_writes_nothing_anew()
    {
        var compilation = new Compiling(("Handlers.cs", Handlers), ("Other.cs", "class Other { void Do() { } }")).Compilation;
        var edited = compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[1], Compiling.Tree("Other.cs", "class Other { int Do(string text) { return text.Length; } }"));
        var reasons = Reasons(compilation, edited);
        Assert.True(reasons.Count > 2, $"only {reasons.Count} outputs");
        Assert.All(reasons, reason => Assert.True(reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged, $"{reason}"));
    }

    [Theory]
    [InlineData("(string Id)", "(string Id) { public override string ToString() => Id; }", false)]
    [InlineData("(string Id)", "(string Id, int Number = 1)", true)]
    public void Metadata_of_an_event_is_written_anew_when_its_JSON_has_changed(string from, string to, bool isAnew)
    {
        const string Event = "[Event(\"prices.changed\")] public sealed record PriceChanged(string Id)";
        var compilation = new Compiling(("Handlers.cs", Handlers), ("Event.cs", Event + ";")).Compilation;
        var edited = Event.Replace(from, to, StringComparison.Ordinal) + (to.EndsWith('}') ? "" : ";");
        var driver = Compiling.Driver().RunGenerators(compilation)
            .RunGenerators(compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[1], Compiling.Tree("Event.cs", edited)));
        var json = driver.GetRunResult().Results.SelectMany(result => result.TrackedSteps).Single(step => step.Key == "Json").Value;
        Assert.Equal(isAnew, json.Single().Outputs.Single().Reason == IncrementalStepRunReason.Modified);
    }

    [Fact]
    public void A_line_more_above_a_class_writes_its_files_anew()
    {
        var compilation = new Compiling(("Handlers.cs", Handlers), ("Other.cs", "class Other { [Subscribe(\"other\")] public void Do(OrderPlaced order) { } }")).Compilation;
        var reasons = Reasons(compilation, compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], Compiling.Tree("Handlers.cs", "\n" + Handlers)));
        Assert.Contains(IncrementalStepRunReason.Modified, reasons);
        Assert.Contains(reasons, reason => reason is IncrementalStepRunReason.Cached or IncrementalStepRunReason.Unchanged);
    }

    [Fact]
    public void The_same_sources_give_the_same_text_wherever_they_lie()
    {
        var text = new Compiling(("Handlers.cs", Handlers)).Generate();
        Assert.Equal(text, new Compiling(("Handlers.cs", Handlers)).Generate());
        Assert.DoesNotContain(text.Values, file => file.Contains("/home/somebody", StringComparison.Ordinal));
    }

    [Fact]
    public void Nothing_is_written_for_a_project_without_events()
        => Assert.Empty(new Compiling(("Plain.cs", "class Plain { void Subscribe(string group) => Subscribe(group); }")).Generate());

    [Fact]
    public void A_thousand_handlers_are_bound_in_figures()
    {
        var sources = Enumerable.Range(0, 100).Select(file => ($"File{file}.cs", string.Join('\n', Enumerable.Range(0, 10).Select(number => $$"""
            [Event("e{{file}}.n{{number}}")] public sealed record Event{{file}}n{{number}}(int Number);
            public sealed class Class{{file}}n{{number}} { [Subscribe("group")] public Event{{file}}n{{number}}? Handle(Event{{file}}n{{number}} one, EventContext context) => null; }
            """)))).ToArray();
        var compilation = Bound(new Compiling(sources).Compilation);
        var watch = Stopwatch.StartNew();
        var driver = Compiling.Driver().RunGenerators(compilation);
        var first = watch.Elapsed;
        Assert.Equal(1002, driver.GetRunResult().GeneratedTrees.Length);

        var edited = Bound(compilation.ReplaceSyntaxTree(compilation.SyntaxTrees[0], Compiling.Tree("File0.cs", sources[0].Item2 + "\nclass More;")));
        watch.Restart();
        driver.RunGenerators(edited);
        TestContext.Current.TestOutputHelper!.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"1,000 handlers: {first.TotalMilliseconds:F0} ms, after an edit {watch.Elapsed.TotalMilliseconds:F0} ms"));
    }

    /// <summary>Lets the compiler do what it does anyway, so that it is not counted.</summary>
    private static CSharpCompilation Bound(CSharpCompilation compilation)
    {
        compilation.GetDiagnostics();
        return compilation;
    }

    private static List<IncrementalStepRunReason> Reasons(CSharpCompilation before, CSharpCompilation after)
    {
        var driver = Compiling.Driver().RunGenerators(before).RunGenerators(after);
        return [.. driver.GetRunResult().Results.SelectMany(result => result.TrackedOutputSteps).SelectMany(step => step.Value).SelectMany(step => step.Outputs).Select(output => output.Reason)];
    }
}
