using System.Collections.Immutable;
using Aldis.Generators.Handlers;
using Aldis.Generators.Tests.Support;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace Aldis.Generators.Tests.Handlers;

public sealed class HandlerAnalyzerTests
{
    private const string Template = """
        [Event("orders.placed")] public sealed record OrderPlaced(string Id);
        public sealed class Good { [Subscribe("good")] public void Handle(OrderPlaced order) { } [Receives("x")] private void Show(OrderPlaced order) { } }
        public sealed class Bad { [Receives("x")] public void Show() { } }
        public static class Program
        {
            static void Say<T>(EventBusBuilder bus, SignalSpace signals, Delegate known, Func<OrderPlaced, EventContext, ValueTask> typed) where T : class, new()
            {
                CALL;
            }

            sealed record Hidden(string Id);
        }
        """;

    public static TheoryData<string, string?> Calls => new()
    {
        { "bus.Subscribe(\"group\", (OrderPlaced order) => { })", null },
        { "bus.Subscribe(\"group\", typed)", null },
        { "bus.AddHandlers<Good>().AddAllHandlers()", null },
        { "signals.ConnectReceivers(new Good())", null },
        { "bus.Subscribe(\"group\", known)", "ALD9021 the handler is neither a lambda nor a method" },
        { "bus.Subscribe(\"group\", (Hidden one) => { })", "ALD9021 Program.Hidden is private" },
        { "bus.Subscribe(\"group\", (T one) => { })", "ALD9021 T is a type parameter" },
        { "bus.Subscribe(\"group\", (OrderPlaced order, int number = 3) => { })", "ALD9021 the delegate has a type without a name" },
        { "bus.AddHandlers<T>()", "ALD9021 T is no class" },
        { "bus.AddHandlers<List<int>>()", "ALD9021 System.Collections.Generic.List<int> is in an assembly without a table" },
        { "signals.ConnectReceivers(new T())", "ALD9023 T is no class" },
        { "signals.ConnectReceivers(new Bad())", "ALD9023 Bad.Show does not take one event" },
        { "signals.ConnectReceivers(typeof(Good))", "ALD9023 no static method of Good is marked" },
    };

    [Theory]
    [MemberData(nameof(Calls))]
    public async Task A_call_that_is_left_alone_says_why(string call, string? expected)
    {
        var found = await FindAsync(Template.Replace("CALL", call, StringComparison.Ordinal), new HandlerAnalyzer());
        if (expected is null)
        {
            Assert.Empty(found);
        }
        else
        {
            var one = Assert.Single(found);
            Assert.StartsWith(expected, $"{one.Id} {one.GetMessage(null)[(one.GetMessage(null).IndexOf("because ", StringComparison.Ordinal) + 8)..]}", StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("public class A<T> { [Subscribe(\"g\")] public void Handle(Version version) { } }", "AddAllHandlers() does not add A, because it is generic: add it with AddHandlers<T>()")]
    [InlineData("public class A { class B { [Subscribe(\"g\")] public void Handle(Version version) { } } }", "AddAllHandlers() does not add B, because A.B is private, so that only a part of the project can name it")]
    [InlineData("file class A { [Subscribe(\"g\")] public void Handle(Version version) { } }", "AddAllHandlers() does not add A, because A is file, so that only a part of the project can name it")]
    [InlineData("public class A { [Subscribe(\"g\")] private void Handle(Version version) { } }", null)]
    public async Task A_class_that_no_table_has_says_why(string source, string? expected)
    {
        var found = await FindAsync(source, new HandlerAnalyzer());
        Assert.Equal(expected is null ? [] : [expected], found.Select(one => one.GetMessage(null)));
    }

    [Theory]
    [InlineData("bus.Subscribe(\"group\", (OrderPlaced order) => { })", true)]
    [InlineData("bus.AddHandlers<Good>()", true)]
    [InlineData("bus.Subscribe(\"group\", known)", false)]
    public async Task Warnings_of_trimming_are_taken_back_where_no_reflection_is_left(string call, bool isSuppressed)
    {
        var found = await FindAsync(Template.Replace("CALL", call, StringComparison.Ordinal), new Trimming(), new ReflectionSuppressor());
        Assert.Equal(isSuppressed, Assert.Single(found).IsSuppressed);
    }

    private static async Task<ImmutableArray<Diagnostic>> FindAsync(string source, params DiagnosticAnalyzer[] analyzers)
    {
        var compilation = new Compiling(("Program.cs", source)).Compilation;
        Assert.Empty(compilation.GetDiagnostics().Where(one => one.Severity == DiagnosticSeverity.Error));
        var options = new CompilationWithAnalyzersOptions(new AnalyzerOptions([]), null, concurrentAnalysis: true, logAnalyzerExecutionTime: false, reportSuppressedDiagnostics: true);
        return await new CompilationWithAnalyzers(compilation, [.. analyzers], options).GetAnalyzerDiagnosticsAsync();
    }

    /// <summary>Warns of every call, as the analyzer of trimming does where a method asks for it.</summary>
#pragma warning disable RS1001, RS1036, RS2008
    private sealed class Trimming : DiagnosticAnalyzer
    {
        private static readonly DiagnosticDescriptor _rule = new("IL2026", "", "", "Trimming", DiagnosticSeverity.Warning, isEnabledByDefault: true);

        public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics { get; } = [_rule];

        public override void Initialize(AnalysisContext context)
        {
            context.EnableConcurrentExecution();
            context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
            context.RegisterSyntaxNodeAction(one => one.ReportDiagnostic(Diagnostic.Create(_rule, one.Node.GetLocation())), SyntaxKind.InvocationExpression);
        }
    }
#pragma warning restore RS1001, RS1036, RS2008
}
