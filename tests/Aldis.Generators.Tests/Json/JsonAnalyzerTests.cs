using Aldis.Generators.Analyzers;
using Aldis.Generators.Json;
using Aldis.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Aldis.Generators.Tests.Json;

public sealed class JsonAnalyzerTests
{
    [Theory]
    [InlineData("[Event(\"a\")] file sealed record A(int B);", "A", "A is known in its own file only")]
    [InlineData("class Outer { [Event(\"a\")] private sealed record A(int B); }", "A", "Outer.A is not accessible to generated code")]
    [InlineData("class Outer { private sealed record A(int B); void Add(EventBusBuilder bus) => bus.AddEvent<A>(); }", "A", "Outer.A is not accessible to generated code")]
    [InlineData("class Outer { private sealed record A(int B); [Subscribe(\"a\")] private void Handle(A a) { } }", "A", "Outer.A is not accessible to generated code")]
    [InlineData("class Outer { private sealed record A(int B); void Add(EventBusBuilder bus) => bus.Subscribe(\"a\", (A one) => { }).AddEvent<A>(); }", "A", "Outer.A is not accessible to generated code")]
    [InlineData("[Event(\"a\")] sealed record A(System.Collections.ArrayList B);", "A", "System.Collections.ArrayList is a collection without an element type")]
    [InlineData("class Outer { private class P; void Add(EventBusBuilder bus) => bus.AddEvent<Tuple<P>>(); }", "Tuple", "System.Tuple<Outer.P> is not accessible to generated code")]
    public async Task An_event_that_cannot_be_described_is_told_once_with_the_reason(string source, string type, string reason)
    {
        var found = Assert.Single(await FindAsync(source));
        Assert.Equal(("ALD9024", DiagnosticSeverity.Info), (found.Id, found.Severity));
        Assert.Equal($"The JSON of the event '{type}' needs reflection when the program runs, because {reason}", found.GetMessage(null));
        Assert.Equal(type == "Tuple" ? "bus.AddEvent<Tuple<P>>()" : "A", found.Location.SourceTree!.ToString().Substring(found.Location.SourceSpan.Start, found.Location.SourceSpan.Length));
    }

    [Theory]
    [InlineData("[Event(\"a\")] sealed record A(int B);")]
    [InlineData("[Event(\"a\")] sealed record A<T>(T B);")]
    [InlineData("class Outer { [Event(\"a\")] internal sealed record A(int B); }")]
    [InlineData("class Outer { private sealed record A(int B); }")]
    [InlineData("class Outer { void Add<T>(EventBusBuilder bus) where T : notnull => bus.AddEvent<T>(); }")]
    [InlineData("class Outer { void Add(EventBusBuilder bus) => bus.AddEvent<Version>(); }")]
    public async Task Others_are_not_told_of(string source) => Assert.Empty(await FindAsync(source));

    [Fact]
    public async Task What_cannot_be_written_at_all_is_told_by_another_rule_alone()
    {
        var found = await FindAsync("[Event(\"a\")] sealed record A(Action B); class Outer { [Event(\"b\")] private sealed record C(System.IO.Stream D); }");
        Assert.Equal(["ALD9006", "ALD9006"], found.Select(one => one.Id));
    }

    [Fact]
    public async Task Where_reflection_is_lost_it_is_a_warning()
    {
        foreach (var property in new[] { "build_property.EnableAotAnalyzer", "build_property.EnableTrimAnalyzer" })
        {
            var found = await FindAsync("[Event(\"a\")] file sealed record A(int B);", property);
            Assert.Equal(DiagnosticSeverity.Warning, Assert.Single(found).Severity);
        }
    }

    private static async Task<Diagnostic[]> FindAsync(string source, string? property = null)
    {
        var compilation = new Compiling(("Program.cs", source)).Compilation;
        Assert.Empty(compilation.GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error));
        var options = new AnalyzerOptions([], new ProjectOptions(property is null ? [] : new() { [property] = "true" }));
        return [.. await compilation.WithAnalyzers([new JsonAnalyzer(), new EventSerialisationAnalyzer()], options).GetAnalyzerDiagnosticsAsync()];
    }
}
