using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.Editing;

namespace Aldis.Generators.CodeFixes;

/// <summary>What all code fixes have in common: they can be applied everywhere at once, and change one document by an editor.</summary>
/// <param name="rules">What they mend.</param>
internal abstract class AldisFix(params DiagnosticDescriptor[] rules) : CodeFixProvider
{
    public sealed override ImmutableArray<string> FixableDiagnosticIds { get; } = [.. rules.Select(rule => rule.Id)];

    public sealed override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    public sealed override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        foreach (var diagnostic in context.Diagnostics)
        {
            var node = root!.FindNode(diagnostic.Location.SourceSpan, getInnermostNodeForTie: true);
            await OfferAsync(new Place(context, diagnostic, node)).ConfigureAwait(false);
        }
    }

    /// <summary>Offers what can be done about a diagnostic, if anything.</summary>
    protected abstract Task OfferAsync(Place place);

    /// <summary>A diagnostic and the syntax it points to.</summary>
    protected sealed record Place(CodeFixContext Context, Diagnostic Diagnostic, SyntaxNode Node)
    {
        public Task<SemanticModel?> ModelAsync() => Context.Document.GetSemanticModelAsync(Context.CancellationToken);

        /// <summary>Offers a change of the document.</summary>
        public void Offer(string title, Action<DocumentEditor> change) => Context.RegisterCodeFix(
            CodeAction.Create(title, cancel => ChangeAsync(Context.Document, change, cancel), title), Diagnostic);

        /// <summary>Offers a change of another document, the one in which a place lies.</summary>
        public void OfferAt(Location location, string title, Action<DocumentEditor, SyntaxNode> change)
        {
            if (Context.Document.Project.Solution.GetDocument(location.SourceTree) is { } document)
            {
                Context.RegisterCodeFix(CodeAction.Create(title, cancel => ChangeAsync(document,
                    editor => change(editor, editor.OriginalRoot.FindNode(location.SourceSpan)), cancel), title), Diagnostic);
            }
        }

        private static async Task<Document> ChangeAsync(Document document, Action<DocumentEditor> change, CancellationToken cancel)
        {
            var editor = await DocumentEditor.CreateAsync(document, cancel).ConfigureAwait(false);
            change(editor);
            return editor.GetChangedDocument();
        }
    }
}
