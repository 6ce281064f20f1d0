using System.Composition;
using Aldis.Generators.Analyzers;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Formatting;

namespace Aldis.Generators.CodeFixes;

/// <summary>Lets the members of an event be set only while it is made; makes a record of a class that has nothing but data.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp), Shared]
internal sealed class MutableEventFix() : AldisFix(Rules.MutableEvent)
{
    protected override Task OfferAsync(Place place)
    {
        switch (place.Node)
        {
            case PropertyDeclarationSyntax property when Setter(property) is { } setter:
                place.Offer("Write 'init' for 'set'", editor => editor.ReplaceNode(setter, Init(setter)));
                break;
            case VariableDeclaratorSyntax { Parent.Parent: FieldDeclarationSyntax { Declaration.Variables.Count: 1 } field }:
                place.Offer("Make it a property with 'init'", editor => editor.ReplaceNode(field, Property(field)));
                break;
            case ParameterSyntax { Parent.Parent: RecordDeclarationSyntax record }:
                place.Offer("Make the record struct readonly", editor => editor.ReplaceNode(record, Readonly(record)));
                break;
        }

        if (place.Node.FirstAncestorOrSelf<ClassDeclarationSyntax>() is { } type && IsPlain(type))
        {
            place.Offer("Make the class a record", editor => editor.ReplaceNode(type, Record(type)));
        }

        return Task.CompletedTask;
    }

    private static AccessorDeclarationSyntax? Setter(PropertyDeclarationSyntax property)
        => property.AccessorList?.Accessors.FirstOrDefault(accessor => accessor.IsKind(SyntaxKind.SetAccessorDeclaration));

    private static AccessorDeclarationSyntax Init(AccessorDeclarationSyntax setter)
        => SyntaxFactory.AccessorDeclaration(SyntaxKind.InitAccessorDeclaration, setter.AttributeLists, setter.Modifiers,
            SyntaxFactory.Token(SyntaxKind.InitKeyword).WithTriviaFrom(setter.Keyword), setter.Body, setter.ExpressionBody, setter.SemicolonToken);

    private static PropertyDeclarationSyntax Property(FieldDeclarationSyntax field)
    {
        var variable = field.Declaration.Variables[0];
        var value = variable.Initializer is null ? "" : $" {variable.Initializer};";
        var property = (PropertyDeclarationSyntax)SyntaxFactory.ParseMemberDeclaration(
            $"{field.Modifiers} {field.Declaration.Type} {variable.Identifier} {{ get; init; }}{value}")!;
        return property.WithAttributeLists(field.AttributeLists).WithTriviaFrom(field).WithAdditionalAnnotations(Formatter.Annotation);
    }

    private static RecordDeclarationSyntax Readonly(RecordDeclarationSyntax record)
    {
        var token = SyntaxFactory.Token(SyntaxKind.ReadOnlyKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        return record.Modifiers.Count > 0
            ? record.WithModifiers(record.Modifiers.Add(token))
            : record.WithKeyword(record.Keyword.WithLeadingTrivia()).WithModifiers([token.WithLeadingTrivia(record.Keyword.LeadingTrivia)]);
    }

    /// <summary>
    /// Whether a class has nothing but data, so that nobody can tell it from a record but by its equality, which an event has no use for: sealed, without a base,
    /// and all its members properties that store what they are given.
    /// </summary>
    private static bool IsPlain(ClassDeclarationSyntax type) => type is { BaseList: null, ParameterList: null } && type.Modifiers.Any(SyntaxKind.SealedKeyword)
        && !type.Modifiers.Any(SyntaxKind.PartialKeyword) && type.Members.All(member => member is PropertyDeclarationSyntax { AccessorList.Accessors: var accessors }
            && accessors.All(accessor => accessor.Body is null && accessor.ExpressionBody is null));

    private static RecordDeclarationSyntax Record(ClassDeclarationSyntax type)
    {
        var members = type.Members.Select(member => Setter((PropertyDeclarationSyntax)member) is { } setter ? member.ReplaceNode(setter, Init(setter)) : member);
        return SyntaxFactory.RecordDeclaration(SyntaxKind.RecordDeclaration, type.AttributeLists, type.Modifiers,
            SyntaxFactory.Token(SyntaxKind.RecordKeyword).WithTriviaFrom(type.Keyword), default, type.Identifier, type.TypeParameterList, type.ParameterList,
            type.BaseList, type.ConstraintClauses, type.OpenBraceToken, SyntaxFactory.List(members), type.CloseBraceToken, type.SemicolonToken);
    }
}
