using System.Collections.Immutable;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Formatting;
using Microsoft.CodeAnalysis.Simplification;
using Microsoft.CodeAnalysis.Text;

namespace Aldis.Generators.Tests.Analyzers;

/// <summary>What an analyzer says about a program, and what a fix makes of it.</summary>
internal static class Check
{
    /// <summary>The analyzer says the id at each place between <c>[|</c> and <c>|]</c>, and nothing anywhere else.</summary>
    public static async Task ReportsAsync<TAnalyzer>(string id, string program, params string[] others) where TAnalyzer : DiagnosticAnalyzer, new()
    {
        var (text, places) = Unmark(program);
        Assert.NotEmpty(places);
        var said = await SaidAsync(new TAnalyzer(), Code.Compile([text, .. others]));
        Assert.Equal(places.Select(place => $"{id} {text.Substring(place.Start, place.Length)} at {place.Start}"),
            said.Select(one => $"{one.Id} {text.Substring(one.Location.SourceSpan.Start, one.Location.SourceSpan.Length)} at {one.Location.SourceSpan.Start}"));
    }

    /// <summary>The analyzer has nothing to say.</summary>
    public static async Task IsSilentAsync<TAnalyzer>(params string[] files) where TAnalyzer : DiagnosticAnalyzer, new()
        => Assert.Empty((await SaidAsync(new TAnalyzer(), Code.Compile(files))).Select(one => one.ToString()));

    /// <summary>The messages of an analyzer, in the order of their places.</summary>
    public static async Task<string[]> MessagesAsync<TAnalyzer>(string program) where TAnalyzer : DiagnosticAnalyzer, new()
        => [.. (await SaidAsync(new TAnalyzer(), Code.Compile(program))).Select(one => one.GetMessage(System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>The fix of a title turns one program into the other, applied until the analyzer is silent, or has no fix of that title any more.</summary>
    public static async Task FixesAsync<TAnalyzer, TFix>(string title, string before, string after)
        where TAnalyzer : DiagnosticAnalyzer, new() where TFix : CodeFixProvider, new()
    {
        using var workspace = new AdhocWorkspace();
        var document = Open(workspace, before);
        for (var round = 0; round < 10; round++)
        {
            var actions = await ActionsAsync(document, new TAnalyzer(), new TFix());
            if (actions.Find(action => action.Title == title) is not { } action)
            {
                break;
            }

            document = await ApplyAsync(action, document);
        }

        Assert.Equal(after, (await document.GetTextAsync()).ToString().ReplaceLineEndings("\n"));
        var compilation = await document.Project.GetCompilationAsync();
        Assert.Empty(compilation!.GetDiagnostics().Where(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
    }

    /// <summary>The titles of the fixes that are offered.</summary>
    public static async Task<string[]> TitlesAsync<TAnalyzer, TFix>(string program) where TAnalyzer : DiagnosticAnalyzer, new() where TFix : CodeFixProvider, new()
    {
        using var workspace = new AdhocWorkspace();
        return [.. (await ActionsAsync(Open(workspace, program), new TAnalyzer(), new TFix())).Select(action => action.Title)];
    }

    /// <summary>What analyzers say about a compilation. One that throws fails the test.</summary>
    public static async Task<Diagnostic[]> SaidAsync(DiagnosticAnalyzer analyzer, Compilation compilation)
    {
        var said = await compilation.WithAnalyzers([analyzer]).GetAnalyzerDiagnosticsAsync();
        Assert.DoesNotContain(said, diagnostic => diagnostic.Id == "AD0001");
        return [.. said.OrderBy(one => one.Location.SourceTree?.FilePath, StringComparer.Ordinal).ThenBy(one => one.Location.SourceSpan.Start)];
    }

    private static Document Open(AdhocWorkspace workspace, string text)
    {
        var kind = Code.KindOf([Code.Parse(text, "Program.cs")]);
        var project = workspace.AddProject(ProjectInfo.Create(ProjectId.CreateNewId(), VersionStamp.Default, "Program", "Program", LanguageNames.CSharp,
            compilationOptions: Code.Compiling.WithOutputKind(kind), parseOptions: Code.Parsing, metadataReferences: Code.References));
        return project.AddDocument("Shop.cs", Code.ShopText).Project.AddDocument("Program.cs", text);
    }

    private static async Task<List<CodeAction>> ActionsAsync(Document document, DiagnosticAnalyzer analyzer, CodeFixProvider fix)
    {
        var actions = new List<CodeAction>();
        foreach (var diagnostic in await SaidAsync(analyzer, (await document.Project.GetCompilationAsync())!))
        {
            Assert.Contains(diagnostic.Id, fix.FixableDiagnosticIds);
            var where = document.Project.GetDocument(diagnostic.Location.SourceTree)!;
            await fix.RegisterCodeFixesAsync(new CodeFixContext(where, diagnostic, (action, _) => actions.Add(action), CancellationToken.None));
        }

        return actions;
    }

    private static async Task<Document> ApplyAsync(CodeAction action, Document document)
    {
        var operation = Assert.Single((await action.GetOperationsAsync(CancellationToken.None)).OfType<ApplyChangesOperation>());
        var changed = operation.ChangedSolution.GetDocument(document.Id)!;
        changed = await Simplifier.ReduceAsync(changed);
        return await Formatter.FormatAsync(changed, Formatter.Annotation);
    }

    private static (string Text, ImmutableArray<TextSpan> Places) Unmark(string program)
    {
        var text = new StringBuilder();
        var places = ImmutableArray.CreateBuilder<TextSpan>();
        foreach (var part in program.Split("[|"))
        {
            if (part.IndexOf("|]", StringComparison.Ordinal) is var end and >= 0)
            {
                places.Add(new TextSpan(text.Length, end));
            }

            text.Append(part.Replace("|]", "", StringComparison.Ordinal));
        }

        return (text.ToString(), places.ToImmutable());
    }
}
